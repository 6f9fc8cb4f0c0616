;; expect: WASM_TRAP
(module
  (memory (export "memory") 1)
  (table 2 funcref)
  (func (export "main")
    (table.copy (i32.const 1) (i32.const 0) (i32.const 2))))
