;; expect: WASM_TRAP
(module
  (memory (export "memory") 1)
  (type $plain (func))
  (table 2 4 funcref)
  (elem (i32.const 0) $other)
  (func $other (param i32))
  (func (export "main")
    (call_indirect (type $plain) (i32.const 1))))
