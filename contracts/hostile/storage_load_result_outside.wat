;; expect: INVALID_MEMORY_ACCESS
(module
  (import "ethereum" "storageLoad" (func $storageLoad (param i32 i32)))
  (memory (export "memory") 1)
  (func (export "main")
    (call $storageLoad (i32.const 0) (i32.const 65505))))
