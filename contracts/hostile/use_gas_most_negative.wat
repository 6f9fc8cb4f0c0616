;; expect: ARGUMENT_OUT_OF_RANGE
(module
  (import "ethereum" "useGas" (func $useGas (param i64)))
  (memory (export "memory") 1)
  (func (export "main")
    (call $useGas (i64.const 0x8000000000000000))))
