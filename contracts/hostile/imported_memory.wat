;; expect: refused: only functions of the interface can be imported
(module
  (memory (export "memory") (import "ethereum" "memory") 1)
  (func (export "main")))
