;; expect: SUCCESS
;; The data of a call is not looked at when its length is zero. (The value is zero.)
(module
  (import "ethereum" "call" (func $call (param i64 i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "main")
    (drop (call $call (i64.const 0) (i32.const 0) (i32.const 32) (i32.const -1) (i32.const 0)))))
