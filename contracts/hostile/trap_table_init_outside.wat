;; expect: WASM_TRAP
(module
  (memory (export "memory") 1)
  (table 2 funcref)
  (elem $functions func $other $other)
  (func $other)
  (func (export "main")
    (table.init $functions (i32.const 1) (i32.const 0) (i32.const 2))))
