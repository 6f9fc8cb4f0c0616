;; expect: refused: valid WebAssembly: the constant has the global's type
(module
  (global i32 (i64.const 1))
  (memory (export "memory") 1)
  (func (export "main")))
