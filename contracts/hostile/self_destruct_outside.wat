;; expect: INVALID_MEMORY_ACCESS
(module
  (import "ethereum" "selfDestruct" (func $selfDestruct (param i32)))
  (memory (export "memory") 1)
  (func (export "main")
    (call $selfDestruct (i32.const 65517))))
