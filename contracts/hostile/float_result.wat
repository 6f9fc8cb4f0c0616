;; expect: refused: no floating-point types or instructions
(module
  (func (result f64) (unreachable))
  (memory (export "memory") 1)
  (func (export "main")))
