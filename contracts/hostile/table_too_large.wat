;; expect: refused: a table has 16,384 elements at most
(module
  (table 16385 funcref)
  (memory (export "memory") 1)
  (func (export "main")))
