;; expect: refused: no exceptions
(module
  (tag $oops)
  (memory (export "memory") 1)
  (func (export "main")
    (throw $oops)))
