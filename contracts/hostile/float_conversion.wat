;; expect: refused: no floating-point types or instructions
(module
  (memory (export "memory") 1)
  (func (export "main")
    (drop (f64.convert_i32_s (i32.const 1)))))
