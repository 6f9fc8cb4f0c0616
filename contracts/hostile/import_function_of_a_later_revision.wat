;; expect: refused: only functions of the revision can be imported (chain IDs came with Istanbul)
(module
  (import "ethereum" "getChainId" (func (param i32)))
  (memory (export "memory") 1)
  (func (export "main")))
