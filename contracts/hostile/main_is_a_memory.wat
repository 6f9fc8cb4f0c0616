;; expect: refused: main must be a function
(module
  (memory (export "memory") 1)
  (export "main" (memory 0)))
