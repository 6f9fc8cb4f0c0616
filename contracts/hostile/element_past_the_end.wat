;; expect: refused: active segments lie inside the initial table
(module
  (table 1 funcref)
  (elem (i32.const 1) $main)
  (memory (export "memory") 1)
  (func $main (export "main")))
