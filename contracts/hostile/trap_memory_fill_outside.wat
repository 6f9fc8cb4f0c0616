;; expect: INVALID_MEMORY_ACCESS
(module
  (memory (export "memory") 1)
  (func (export "main")
    (memory.fill (i32.const 65535) (i32.const 0) (i32.const 2))))
