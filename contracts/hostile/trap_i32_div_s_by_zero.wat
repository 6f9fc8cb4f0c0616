;; expect: WASM_TRAP
(module
  (memory (export "memory") 1)
  (func (export "main")
    (drop (i32.div_s (i32.const 1) (i32.const 0)))))
