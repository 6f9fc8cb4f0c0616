;; expect: refused: no SIMD
(module
  (memory (export "memory") 1)
  (func (export "main")
    (drop (v128.const i64x2 0 0))))
