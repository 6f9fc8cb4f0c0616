;; expect: WASM_TRAP
(module
  (memory (export "memory") 1)
  (func (export "main")
    (drop (i32.rem_u (i32.const 1) (i32.const 0)))))
