;; expect: refused: active segments lie inside the initial memory
(module
  (memory (export "memory") 1 2)
  (data (i32.const 65536) "x")
  (func (export "main")))
