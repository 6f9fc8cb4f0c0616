;; expect: INVALID_MEMORY_ACCESS
(module
  (import "ethereum" "getExternalBalance" (func $getExternalBalance (param i32 i32)))
  (memory (export "memory") 1)
  (func (export "main")
    (call $getExternalBalance (i32.const 0) (i32.const 65521))))
