;; expect: refused: no garbage-collected types
(module
  (type (array i8))
  (memory (export "memory") 1)
  (func (export "main")))
