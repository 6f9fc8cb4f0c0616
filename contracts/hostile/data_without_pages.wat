;; expect: refused: active segments lie inside the initial memory
(module
  (memory (export "memory") 0)
  (data (i32.const 0) "x")
  (func (export "main")))
