;; expect: ARGUMENT_OUT_OF_RANGE
(module
  (import "ethereum" "callDelegate" (func $callDelegate (param i64 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "main")
    (drop (call $callDelegate (i64.const -1) (i32.const 0) (i32.const 0) (i32.const 0)))))
