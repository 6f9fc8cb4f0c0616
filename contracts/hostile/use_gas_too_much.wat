;; expect: OUT_OF_GAS
(module
  (import "ethereum" "useGas" (func $useGas (param i64)))
  (memory (export "memory") 1)
  (func (export "main")
    (call $useGas (i64.const 0x7fffffffffffffff))))
