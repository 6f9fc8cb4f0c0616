;; expect: refused: no garbage-collected types
(module
  (rec (type (func)) (type (func (param i32))))
  (memory (export "memory") 1)
  (func (export "main")))
