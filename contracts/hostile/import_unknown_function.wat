;; expect: refused: only functions of the interface can be imported
(module
  (import "ethereum" "getTime" (func (result i64)))
  (memory (export "memory") 1)
  (func (export "main")))
