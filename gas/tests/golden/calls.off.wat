(module
  (type (;0;) (func (param i32) (result i32)))
  (type (;1;) (func (result i64)))
  (type (;2;) (func (param i32 i32)))
  (type (;3;) (func))
  (type (;4;) (func (param i32 i64 i32) (result i32 i64)))
  (type (;5;) (func (param i64 i32) (result i64 i64)))
  (type (;6;) (func (param i32 i32 i64 i32) (result i64)))
  (type (;7;) (func (param i64 i32) (result i64)))
  (type (;8;) (func))
  (import "ethereum" "getGasLeft" (func $gas (;0;) (type 5)))
  (import "ethereum" "finish" (func $finish (;1;) (type 6)))
  (import "hebe" "out_of_gas" (func (;2;) (type 8)))
  (import "hebe" "stack_overflow" (func (;3;) (type 8)))
  (table (;0;) 2 2 funcref)
  (memory (;0;) 1 512)
  (export "main" (func $main))
  (export "memory" (memory 0))
  (elem (;0;) (i32.const 0) func $gas $double)
  (func $double (;4;) (type 4) (param i32 i64 i32) (result i32 i64)
    block ;; label = @1
      local.get 2
      i32.const 11
      i32.lt_s
      br_if 0 (;@1;)
      local.get 2
      i32.const 11
      i32.sub
      local.set 2
      block (result i32) ;; label = @2
        local.get 0
        i32.const 2
        i32.mul
      end
      local.get 1
      return
    end
    call 3
    unreachable
  )
  (func $main (;5;) (type 7) (param i64 i32) (result i64)
    (local i32)
    block ;; label = @1
      local.get 1
      i32.const 10
      i32.lt_s
      br_if 0 (;@1;)
      local.get 1
      i32.const 10
      i32.sub
      local.set 1
      block ;; label = @2
        local.get 0
        local.get 1
        call $gas
        local.set 0
        i32.wrap_i64
        local.get 0
        local.get 1
        call $double
        local.set 0
        i32.const 1
        local.set 2
        local.get 0
        local.get 1
        local.get 2
        call_indirect (type 4)
        local.set 0
        i32.const 32
        local.get 0
        local.get 1
        call $finish
        local.set 0
        ref.func $double
        drop
      end
      local.get 0
      return
    end
    call 3
    unreachable
  )
)

