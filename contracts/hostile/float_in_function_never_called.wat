;; expect: refused: no floating-point types or instructions
(module
  (func (drop (f32.sqrt (f32.const 2))))
  (memory (export "memory") 1)
  (func (export "main")))
