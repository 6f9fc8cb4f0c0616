;; expect: WASM_TRAP
(module
  (memory (export "memory") 1)
  (func (export "main")
    (drop (i64.rem_s (i64.const 1) (i64.const 0)))))
