;; expect: refused: only functions of the interface can be imported
(module
  (import "Ethereum" "Finish" (func (param i32 i32)))
  (memory (export "memory") 1)
  (func (export "main")))
