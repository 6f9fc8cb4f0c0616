;; expect: refused: no threads
(module
  (memory (export "memory") 1 1 shared)
  (func (export "main")))
