;; expect: INVALID_MEMORY_ACCESS
;; -8 + 8 is 0 in 32 bits, but addresses don't wrap around.
(module
  (memory (export "memory") 1)
  (func (export "main")
    (drop (i64.load (i32.const -8)))))
