;; expect: INVALID_MEMORY_ACCESS
(module
  (import "ethereum" "call" (func $call (param i64 i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "main")
    (drop (call $call (i64.const 0) (i32.const 0) (i32.const 65521) (i32.const 0) (i32.const 0)))))
