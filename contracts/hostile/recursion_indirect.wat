;; expect: STACK_OVERFLOW
(module
  (memory (export "memory") 1)
  (table 1 funcref)
  (elem (i32.const 0) $again)
  (func $again
    (call_indirect (i32.const 0)))
  (func (export "main")
    (call_indirect (i32.const 0))))
