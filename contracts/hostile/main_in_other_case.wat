;; expect: refused: main must be exported
(module
  (memory (export "memory") 1)
  (func (export "Main")))
