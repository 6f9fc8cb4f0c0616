;; expect: OUT_OF_GAS
;; The fee comes before the range: 3 gas for each of 2^27 words.
(module
  (import "ethereum" "callDataCopy" (func $callDataCopy (param i32 i32 i32)))
  (memory (export "memory") 1)
  (func (export "main")
    (call $callDataCopy (i32.const 0) (i32.const 0) (i32.const -1))))
