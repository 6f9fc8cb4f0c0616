;; expect: WASM_TRAP
(module
  (memory (export "memory") 1)
  (table 2 funcref)
  (func (export "main")
    (drop (table.get (i32.const 2)))))
