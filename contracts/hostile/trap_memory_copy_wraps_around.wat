;; expect: INVALID_MEMORY_ACCESS
(module
  (memory (export "memory") 1)
  (func (export "main")
    (memory.copy (i32.const 0) (i32.const -1) (i32.const 2))))
