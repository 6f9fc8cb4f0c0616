;; expect: refused: valid WebAssembly: exports exist
(module
  (memory (export "memory") 1)
  (func (export "main"))
  (export "other" (func 7)))
