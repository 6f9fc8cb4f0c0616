;; expect: refused: no tail calls
(module
  (memory (export "memory") 1)
  (func $main (export "main")
    (return_call $main)))
