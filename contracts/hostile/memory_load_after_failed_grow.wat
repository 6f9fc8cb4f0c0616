;; expect: INVALID_MEMORY_ACCESS
(module
  (memory (export "memory") 1)
  (func (export "main")
    (drop (memory.grow (i32.const 512)))
    (i32.store (i32.const 65536) (i32.const 1))))
