(module
  (@custom "hebe.metered" (before first) "flat 1")
  (type (;0;) (func (param i64)))
  (type (;1;) (func))
  (import "ethereum" "useGas" (func $useGas (;0;) (type 0)))
  (memory (;0;) 3 512)
  (export "main" (func $main))
  (export "memory" (memory 0))
  (func $main (;1;) (type 1)
    i64.const 2
    call $useGas
    i64.const 5
    call $useGas
    i64.const 1
    call $useGas
    call $main
  )
)

