;; expect: refused: valid WebAssembly: labels exist
(module
  (memory (export "memory") 1)
  (func (export "main")
    (br 1)))
