;; expect: WASM_TRAP
(module
  (memory (export "memory") 1)
  (func (export "main")
    (drop (i64.div_s (i64.const 0x8000000000000000) (i64.const -1)))))
