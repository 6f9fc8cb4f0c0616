;; Initial pages: paid by the embedder, or when `main` is called. One that calls itself pays once.
(module
  (import "ethereum" "useGas" (func $useGas (param i64)))
  (func $main (export "main")
    i64.const 5
    call $useGas
    call $main)
  (memory (export "memory") 3))
