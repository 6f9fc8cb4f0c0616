;; expect: STACK_OVERFLOW
(module
  (memory (export "memory") 1)
  (func $again
    (call $again))
  (func (export "main")
    (call $again)))
