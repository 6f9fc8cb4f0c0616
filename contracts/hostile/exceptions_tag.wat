;; expect: refused: no exceptions
(module
  (tag)
  (memory (export "memory") 1)
  (func (export "main")))
