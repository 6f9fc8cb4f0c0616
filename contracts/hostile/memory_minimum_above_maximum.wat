;; expect: refused: valid WebAssembly: minimum at most maximum
(module
  (memory (export "memory") 2 1)
  (func (export "main")))
