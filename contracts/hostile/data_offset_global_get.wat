;; expect: refused: constant expressions are a constant, ref.null or ref.func
(module
  (global $start i32 (i32.const 0))
  (memory (export "memory") 1)
  (data (global.get $start) "x")
  (func (export "main")))
