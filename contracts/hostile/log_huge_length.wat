;; expect: OUT_OF_GAS
;; The fee comes before the range: 8 gas for each of 4 GiB.
(module
  (import "ethereum" "log" (func $log (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  (func (export "main")
    (call $log (i32.const 0) (i32.const -1) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))))
