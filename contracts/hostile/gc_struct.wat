;; expect: refused: no garbage-collected types
(module
  (type (struct (field i32)))
  (memory (export "memory") 1)
  (func (export "main")))
