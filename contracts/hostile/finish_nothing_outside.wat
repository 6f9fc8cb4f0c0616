;; expect: INVALID_MEMORY_ACCESS
;; Ranges are checked for a length of zero too.
(module
  (import "ethereum" "finish" (func $finish (param i32 i32)))
  (memory (export "memory") 1)
  (func (export "main")
    (call $finish (i32.const 65537) (i32.const 0))))
