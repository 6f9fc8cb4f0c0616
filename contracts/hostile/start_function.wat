;; expect: refused: no start function
(module
  (func $setup)
  (start $setup)
  (memory (export "memory") 1)
  (func (export "main")))
