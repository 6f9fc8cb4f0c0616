;; expect: refused: no floating-point types or instructions
(module
  (memory (export "memory") 1)
  (func (export "main")
    (return)
    (drop (f32.add (f32.const 1) (f32.const 2)))))
