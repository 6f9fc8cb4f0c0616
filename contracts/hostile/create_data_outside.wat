;; expect: INVALID_MEMORY_ACCESS
(module
  (import "ethereum" "create" (func $create (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "main")
    (drop (call $create (i32.const 0) (i32.const 65536) (i32.const 1) (i32.const 0)))))
