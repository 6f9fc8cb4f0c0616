;; expect: INVALID_MEMORY_ACCESS
(module
  (import "ethereum" "finish" (func $finish (param i32 i32)))
  (memory (export "memory") 1)
  (func (export "main")
    (call $finish (i32.const -1) (i32.const 2))))
