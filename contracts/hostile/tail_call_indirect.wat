;; expect: refused: no tail calls
(module
  (table 1 funcref)
  (memory (export "memory") 1)
  (func (export "main")
    (return_call_indirect (i32.const 0))))
