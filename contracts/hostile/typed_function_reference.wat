;; expect: refused: no typed function references
(module
  (type $plain (func))
  (func $callee (type $plain))
  (elem declare func $callee)
  (memory (export "memory") 1)
  (func (export "main")
    (call_ref $plain (ref.func $callee))))
