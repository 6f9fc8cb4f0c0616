;; expect: refused: memory has 32-bit addresses
(module
  (memory (export "memory") i64 1)
  (func (export "main")))
