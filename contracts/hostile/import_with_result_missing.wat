;; expect: refused: imports have exactly the interface's type
(module
  (import "ethereum" "getCallDataSize" (func))
  (memory (export "memory") 1)
  (func (export "main")))
