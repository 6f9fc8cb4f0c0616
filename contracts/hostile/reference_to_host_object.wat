;; expect: refused: no references but funcref
(module
  (table 1 externref)
  (memory (export "memory") 1)
  (func (export "main")))
