;; expect: INVALID_MEMORY_ACCESS
(module
  (import "ethereum" "codeCopy" (func $codeCopy (param i32 i32 i32)))
  (memory (export "memory") 1)
  (func (export "main")
    (call $codeCopy (i32.const 0) (i32.const 1048576) (i32.const 1))))
