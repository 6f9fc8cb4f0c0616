;; expect: refused: a memory must be exported as memory
(module
  (memory 1)
  (func (export "main")))
