(module
  (type (;0;) (func))
  (type (;1;) (func (param i64 i32) (result i64)))
  (type (;2;) (func))
  (import "hebe" "out_of_gas" (func (;0;) (type 2)))
  (import "hebe" "stack_overflow" (func (;1;) (type 2)))
  (memory (;0;) 1 512)
  (export "main" (func 2))
  (export "memory" (memory 0))
  (func (;2;) (type 1) (param i64 i32) (result i64)
    (local i32 i64)
    block ;; label = @1
      block ;; label = @2
        local.get 1
        i32.const 11
        i32.lt_s
        br_if 1 (;@1;)
        local.get 1
        i32.const 11
        i32.sub
        local.set 1
        block ;; label = @3
          local.get 0
          i64.const 60000
          i64.lt_s
          br_if 1 (;@2;)
          local.get 0
          i64.const 60000
          i64.sub
          local.set 0
          i32.const 7
          local.set 2
          local.get 2
          i64.extend_i32_u
          local.tee 3
          drop
        end
        local.get 0
        return
      end
      call 0
      unreachable
    end
    call 1
    unreachable
  )
)

