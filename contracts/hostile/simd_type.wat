;; expect: refused: no SIMD
(module
  (type (func (param v128)))
  (memory (export "memory") 1)
  (func (export "main")))
