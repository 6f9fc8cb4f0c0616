;; expect: INVALID_MEMORY_ACCESS
(module
  (import "ethereum" "externalCodeCopy" (func $externalCodeCopy (param i32 i32 i32 i32)))
  (memory (export "memory") 1)
  (func (export "main")
    (call $externalCodeCopy (i32.const 65517) (i32.const 0) (i32.const 0) (i32.const 0))))
