;; expect: INVALID_MEMORY_ACCESS
;; There is no input. Reading past it gives no zeros, other than in the EVM.
(module
  (import "ethereum" "callDataCopy" (func $callDataCopy (param i32 i32 i32)))
  (memory (export "memory") 1)
  (func (export "main")
    (call $callDataCopy (i32.const 0) (i32.const 0) (i32.const 1))))
