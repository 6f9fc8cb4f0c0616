(module
  (@custom "hebe.metered" (before first) "flat 1")
  (type (;0;) (func))
  (type (;1;) (func (param i32) (result i32)))
  (type (;2;) (func (param i32)))
  (type (;3;) (func (result i64)))
  (type (;4;) (func (param i64)))
  (import "ethereum" "useGas" (func (;0;) (type 4)))
  (memory (;0;) 1 512)
  (export "main" (func $loop))
  (export "memory" (memory 0))
  (func $loop (;1;) (type 0)
    (local $n i32)
    i64.const 1
    call 0
    loop ;; label = @1
      i64.const 7
      call 0
      local.get $n
      i32.const 1
      i32.add
      local.tee $n
      i32.const 10
      i32.lt_u
      br_if 0 (;@1;)
    end
  )
  (func $choose (;2;) (type 1) (param i32) (result i32)
    i64.const 2
    call 0
    local.get 0
    if (result i32) ;; label = @1
      i64.const 1
      call 0
      i32.const 1
    else
      i64.const 2
      call 0
      nop
      i32.const 2
    end
    i64.const 1
    call 0
    nop
  )
  (func $table (;3;) (type 2) (param i32)
    i64.const 4
    call 0
    block ;; label = @1
      block ;; label = @2
        local.get 0
        br_table 1 (;@1;) 0 (;@2;) 2
      end
      i64.const 1
      call 0
      nop
    end
  )
  (func $dead (;4;) (type 3) (result i64)
    i64.const 2
    call 0
    i64.const 1
    return
  )
)

