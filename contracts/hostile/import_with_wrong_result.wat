;; expect: refused: imports have exactly the interface's type
(module
  (import "ethereum" "getGasLeft" (func (result i32)))
  (memory (export "memory") 1)
  (func (export "main")))
