;; expect: STACK_OVERFLOW
(module
  (memory (export "memory") 1)
  (func (export "main")
    (call 0)))
