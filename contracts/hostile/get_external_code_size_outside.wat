;; expect: INVALID_MEMORY_ACCESS
(module
  (import "ethereum" "getExternalCodeSize" (func $getExternalCodeSize (param i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "main")
    (drop (call $getExternalCodeSize (i32.const 65517)))))
