;; expect: refused: imports have exactly the interface's type
(module
  (import "ethereum" "finish" (func (param i32)))
  (memory (export "memory") 1)
  (func (export "main")))
