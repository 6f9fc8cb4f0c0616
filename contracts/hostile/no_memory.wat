;; expect: refused: a memory must be exported as memory
(module
  (func (export "main")))
