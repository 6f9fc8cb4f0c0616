;; expect: INVALID_MEMORY_ACCESS
(module
  (memory (export "memory") 0)
  (func (export "main")
    (drop (i32.load8_u (i32.const 0)))))
