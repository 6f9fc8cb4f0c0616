;; expect: refused: only functions of the interface can be imported
(module
  (import "ethereum" "gas" (global i32))
  (memory (export "memory") 1)
  (func (export "main")))
