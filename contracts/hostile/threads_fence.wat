;; expect: refused: no threads
(module
  (memory (export "memory") 1)
  (func (export "main")
    (atomic.fence)))
