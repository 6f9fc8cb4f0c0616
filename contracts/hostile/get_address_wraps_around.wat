;; expect: INVALID_MEMORY_ACCESS
(module
  (import "ethereum" "getAddress" (func $getAddress (param i32)))
  (memory (export "memory") 1)
  (func (export "main")
    (call $getAddress (i32.const -10))))
