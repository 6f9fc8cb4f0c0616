;; expect: refused: constant expressions are a constant, ref.null or ref.func
(module
  (global i32 (i32.add (i32.const 1) (i32.const 1)))
  (memory (export "memory") 1)
  (func (export "main")))
