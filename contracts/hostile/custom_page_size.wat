;; expect: refused: pages have 64 KiB
(module
  (memory (export "memory") 1 (pagesize 1))
  (func (export "main")))
