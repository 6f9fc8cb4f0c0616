;; expect: INVALID_MEMORY_ACCESS
(module
  (import "ethereum" "storageStore" (func $storageStore (param i32 i32)))
  (memory (export "memory") 1)
  (func (export "main")
    (call $storageStore (i32.const -1) (i32.const 0))))
