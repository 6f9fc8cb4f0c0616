;; expect: INVALID_MEMORY_ACCESS
(module
  (import "ethereum" "callCode" (func $callCode (param i64 i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "main")
    (drop (call $callCode (i64.const 0) (i32.const 0) (i32.const 32) (i32.const -1) (i32.const 2)))))
