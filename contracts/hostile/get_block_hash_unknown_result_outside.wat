;; expect: INVALID_MEMORY_ACCESS
;; There is no such block, so nothing would be written. The range is checked all the same.
(module
  (import "ethereum" "getBlockHash" (func $getBlockHash (param i64 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "main")
    (drop (call $getBlockHash (i64.const -1) (i32.const 65505)))))
