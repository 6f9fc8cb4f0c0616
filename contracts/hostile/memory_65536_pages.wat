;; expect: refused: memory is 512 pages at most
(module
  (memory (export "memory") 65536)
  (func (export "main")))
