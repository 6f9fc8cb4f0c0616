;; expect: refused: only functions of the interface can be imported
(module
  (import "ethereum" "table" (table 1 funcref))
  (memory (export "memory") 1)
  (func (export "main")))
