;; expect: INVALID_MEMORY_ACCESS
(module
  (import "ethereum" "getBlockDifficulty" (func $getBlockDifficulty (param i32)))
  (memory (export "memory") 1)
  (func (export "main")
    (call $getBlockDifficulty (i32.const 65505))))
