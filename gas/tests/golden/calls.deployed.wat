(module
  (@custom "hebe.metered" (before first) "flat 1")
  (type (;0;) (func (param i32) (result i32)))
  (type (;1;) (func (result i64)))
  (type (;2;) (func (param i32 i32)))
  (type (;3;) (func))
  (type (;4;) (func (param i64)))
  (import "ethereum" "getGasLeft" (func $gas (;0;) (type 1)))
  (import "ethereum" "finish" (func $finish (;1;) (type 2)))
  (import "ethereum" "useGas" (func (;2;) (type 4)))
  (table (;0;) 2 2 funcref)
  (memory (;0;) 1 512)
  (export "main" (func $main))
  (export "memory" (memory 0))
  (elem (;0;) (i32.const 0) func $gas $double)
  (func $double (;3;) (type 0) (param i32) (result i32)
    i64.const 3
    call 2
    local.get 0
    i32.const 2
    i32.mul
  )
  (func $main (;4;) (type 3)
    i64.const 1
    call 2
    call $gas
    i64.const 2
    call 2
    i32.wrap_i64
    call $double
    i64.const 2
    call 2
    i32.const 1
    call_indirect (type 0)
    i64.const 2
    call 2
    i32.const 32
    call $finish
    i64.const 2
    call 2
    ref.func $double
    drop
  )
)

