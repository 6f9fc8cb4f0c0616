;; expect: refused: constant expressions are a constant, ref.null or ref.func
(module
  (global $one i32 (i32.const 1))
  (global i32 (global.get $one))
  (memory (export "memory") 1)
  (func (export "main")))
