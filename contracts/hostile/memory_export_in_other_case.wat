;; expect: refused: a memory must be exported as memory
(module
  (memory (export "Memory") 1)
  (func (export "main")))
