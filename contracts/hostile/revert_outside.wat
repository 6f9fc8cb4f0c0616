;; expect: INVALID_MEMORY_ACCESS
(module
  (import "ethereum" "revert" (func $revert (param i32 i32)))
  (memory (export "memory") 1)
  (func (export "main")
    (call $revert (i32.const 65536) (i32.const 1))))
