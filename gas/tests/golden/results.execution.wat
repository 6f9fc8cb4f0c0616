(module
  (type (;0;) (func (param i32) (result i32 i64)))
  (type (;1;) (func (result i32 i64)))
  (type (;2;) (func))
  (type (;3;) (func (param i32 i64 i32) (result i32 i64 i64)))
  (type (;4;) (func (param i64 i32) (result i32 i64 i64)))
  (type (;5;) (func (param i64 i32) (result i64)))
  (type (;6;) (func))
  (type (;7;) (func (result i32 i64)))
  (import "hebe" "out_of_gas" (func (;0;) (type 6)))
  (import "hebe" "stack_overflow" (func (;1;) (type 6)))
  (memory (;0;) 1 512)
  (export "main" (func 4))
  (export "memory" (memory 0))
  (func $f (;2;) (type 3) (param i32 i64 i32) (result i32 i64 i64)
    block ;; label = @1
      block ;; label = @2
        local.get 2
        i32.const 12
        i32.lt_s
        br_if 1 (;@1;)
        local.get 2
        i32.const 12
        i32.sub
        local.set 2
        block (type 7) (result i32 i64) ;; label = @3
          local.get 1
          i64.const 40000
          i64.lt_s
          br_if 1 (;@2;)
          local.get 1
          i64.const 40000
          i64.sub
          local.set 1
          i32.const 1
          i64.const 2
          local.get 0
          br_table 0 (;@3;) 0 (;@3;)
        end
        local.get 1
        return
      end
      call 0
      unreachable
    end
    call 1
    unreachable
  )
  (func $g (;3;) (type 4) (param i64 i32) (result i32 i64 i64)
    block ;; label = @1
      block ;; label = @2
        local.get 1
        i32.const 10
        i32.lt_s
        br_if 1 (;@1;)
        local.get 1
        i32.const 10
        i32.sub
        local.set 1
        block (type 1) (result i32 i64) ;; label = @3
          local.get 0
          i64.const 30000
          i64.lt_s
          br_if 1 (;@2;)
          local.get 0
          i64.const 30000
          i64.sub
          local.set 0
          i32.const 5
          block (type 0) (param i32) (result i32 i64) ;; label = @4
            i64.const 6
          end
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
  (func (;4;) (type 5) (param i64 i32) (result i64)
    block ;; label = @1
      block ;; label = @2
        local.get 1
        i32.const 10
        i32.lt_s
        br_if 1 (;@1;)
        local.get 1
        i32.const 10
        i32.sub
        local.set 1
        block ;; label = @3
          local.get 0
          i64.const 10000
          i64.lt_s
          br_if 1 (;@2;)
          local.get 0
          i64.const 10000
          i64.sub
          local.set 0
          local.get 0
          local.get 1
          call $g
          i64.const 20000
          i64.sub
          local.tee 0
          i64.const 0
          i64.lt_s
          br_if 1 (;@2;)
          drop
          local.get 0
          local.get 1
          call $f
          i64.const 20000
          i64.sub
          local.tee 0
          i64.const 0
          i64.lt_s
          br_if 1 (;@2;)
          drop
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

