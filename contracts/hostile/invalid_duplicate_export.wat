;; expect: refused: valid WebAssembly: export names are unique
(module
  (memory (export "memory") 1)
  (func (export "main"))
  (func (export "main")))
