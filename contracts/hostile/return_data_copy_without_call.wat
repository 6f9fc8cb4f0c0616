;; expect: INVALID_MEMORY_ACCESS
(module
  (import "ethereum" "returnDataCopy" (func $returnDataCopy (param i32 i32 i32)))
  (memory (export "memory") 1)
  (func (export "main")
    (call $returnDataCopy (i32.const 0) (i32.const 0) (i32.const 1))))
