;; expect: refused: no floating-point types or instructions
(module
  (memory (export "memory") 1)
  (func (export "main")
    (drop (i32.reinterpret_f32 (f32.reinterpret_i32 (i32.const 1))))))
