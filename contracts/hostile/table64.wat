;; expect: refused: tables have 32-bit indices
(module
  (table i64 1 funcref)
  (memory (export "memory") 1)
  (func (export "main")))
