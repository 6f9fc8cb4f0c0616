;; expect: refused: a table has 16,384 elements at most
(module
  (table 0xffffffff funcref)
  (memory (export "memory") 1)
  (func (export "main")))
