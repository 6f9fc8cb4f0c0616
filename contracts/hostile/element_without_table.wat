;; expect: refused: valid WebAssembly: the table exists
(module
  (elem (table 0) (i32.const 0) func $main)
  (memory (export "memory") 1)
  (func $main (export "main")))
