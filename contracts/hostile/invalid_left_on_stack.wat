;; expect: refused: valid WebAssembly: nothing is left on the stack
(module
  (memory (export "memory") 1)
  (func (export "main")
    (i32.const 1)))
