;; expect: refused: no floating-point types or instructions
(module
  (memory (export "memory") 1)
  (func (export "main")
    (drop (block (result f32) (unreachable)))))
