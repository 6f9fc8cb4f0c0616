;; expect: INVALID_MEMORY_ACCESS
(module
  (memory (export "memory") 1)
  (func (export "main")
    (i64.store (i32.const 65529) (i64.const 0))))
