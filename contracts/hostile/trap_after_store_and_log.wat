;; expect: WASM_UNREACHABLE_INSTRUCTION
;; What it did before must be undone: no storage, no log.
(module
  (import "ethereum" "storageStore" (func $storageStore (param i32 i32)))
  (import "ethereum" "log" (func $log (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 63) "\01")
  (func (export "main")
    (call $storageStore (i32.const 0) (i32.const 32))
    (call $log (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))
    (unreachable)))
