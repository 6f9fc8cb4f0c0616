;; expect: refused: valid WebAssembly: operands are on the stack
(module
  (memory (export "memory") 1)
  (func (export "main")
    drop))
