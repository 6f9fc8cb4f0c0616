;; expect: refused: no floating-point types or instructions
(module
  (type (func (param f64)))
  (memory (export "memory") 1)
  (func (export "main")))
