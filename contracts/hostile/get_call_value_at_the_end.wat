;; expect: INVALID_MEMORY_ACCESS
(module
  (import "ethereum" "getCallValue" (func $getCallValue (param i32)))
  (memory (export "memory") 1)
  (func (export "main")
    (call $getCallValue (i32.const 65521))))
