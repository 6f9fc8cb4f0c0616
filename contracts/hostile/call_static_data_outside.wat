;; expect: INVALID_MEMORY_ACCESS
(module
  (import "ethereum" "callStatic" (func $callStatic (param i64 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "main")
    (drop (call $callStatic (i64.const 0) (i32.const 0) (i32.const 65535) (i32.const 2)))))
