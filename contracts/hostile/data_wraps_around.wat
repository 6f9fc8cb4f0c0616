;; expect: refused: active segments lie inside the initial memory
(module
  (memory (export "memory") 1)
  (data (i32.const -1) "xx")
  (func (export "main")))
