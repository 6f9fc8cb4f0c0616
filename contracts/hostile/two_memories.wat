;; expect: refused: one memory only
(module
  (memory (export "memory") 1)
  (memory 1)
  (func (export "main")))
