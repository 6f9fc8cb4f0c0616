;; expect: refused: no floating-point types or instructions
(module
  (global f32 (f32.const 0))
  (memory (export "memory") 1)
  (func (export "main")))
