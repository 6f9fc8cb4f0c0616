;; expect: refused: valid WebAssembly: only mutable globals are assigned to
(module
  (global $constant i32 (i32.const 0))
  (memory (export "memory") 1)
  (func (export "main")
    (global.set $constant (i32.const 1))))
