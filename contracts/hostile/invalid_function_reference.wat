;; expect: refused: valid WebAssembly: ref.func only of declared functions
(module
  (func $undeclared)
  (memory (export "memory") 1)
  (func (export "main")
    (drop (ref.func $undeclared))))
