;; expect: WASM_TRAP
(module
  (memory (export "memory") 1)
  (func (export "main")
    (drop (i32.div_s (i32.const 0x80000000) (i32.const -1)))))
