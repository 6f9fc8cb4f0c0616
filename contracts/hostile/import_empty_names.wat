;; expect: refused: only functions of the interface can be imported
(module
  (import "" "" (func))
  (memory (export "memory") 1)
  (func (export "main")))
