;; expect: refused: no floating-point types or instructions
(module
  (func (param f32))
  (memory (export "memory") 1)
  (func (export "main")))
