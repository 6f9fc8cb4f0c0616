;; expect: refused: main has no parameters
(module
  (memory (export "memory") 1)
  (func (export "main") (param i32)))
