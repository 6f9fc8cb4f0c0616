;; expect: refused: no stack switching
(module
  (type $plain (func))
  (type (cont $plain))
  (memory (export "memory") 1)
  (func (export "main")))
