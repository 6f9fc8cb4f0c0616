;; expect: refused: valid WebAssembly: locals exist
(module
  (memory (export "memory") 1)
  (func (export "main")
    (drop (local.get 0))))
