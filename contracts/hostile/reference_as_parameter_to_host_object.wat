;; expect: refused: no references but funcref
(module
  (func (param externref))
  (memory (export "memory") 1)
  (func (export "main")))
