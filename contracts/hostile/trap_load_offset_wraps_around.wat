;; expect: INVALID_MEMORY_ACCESS
(module
  (memory (export "memory") 1)
  (func (export "main")
    (drop (i32.load8_u offset=0xffffffff (i32.const 0xffffffff)))))
