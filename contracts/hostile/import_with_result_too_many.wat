;; expect: refused: imports have exactly the interface's type
(module
  (import "ethereum" "useGas" (func (param i64) (result i32)))
  (memory (export "memory") 1)
  (func (export "main")))
