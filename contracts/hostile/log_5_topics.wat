;; expect: CONTRACT_VALIDATION_FAILURE
(module
  (import "ethereum" "log" (func $log (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  (func (export "main")
    (call $log (i32.const 0) (i32.const 0) (i32.const 5) (i32.const 0) (i32.const 32) (i32.const 64) (i32.const 96))))
