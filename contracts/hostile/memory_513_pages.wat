;; expect: refused: memory is 512 pages at most
(module
  (memory (export "memory") 513)
  (func (export "main")))
