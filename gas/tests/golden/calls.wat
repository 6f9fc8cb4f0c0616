;; Gas and stack go along with each call; the function index of an import in a table stays.
(module
  (import "ethereum" "getGasLeft" (func $gas (result i64)))
  (import "ethereum" "finish" (func $finish (param i32 i32)))
  (type $unary (func (param i32) (result i32)))
  (table funcref (elem $gas $double))
  (func $double (type $unary)
    local.get 0
    i32.const 2
    i32.mul)
  (func $main (export "main")
    call $gas
    i32.wrap_i64
    call $double
    i32.const 1
    call_indirect (type $unary)
    i32.const 32
    call $finish
    ref.func $double
    drop)
  (memory (export "memory") 1))
