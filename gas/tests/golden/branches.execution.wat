(module
  (type (;0;) (func))
  (type (;1;) (func (param i32) (result i32)))
  (type (;2;) (func (param i32)))
  (type (;3;) (func (result i64)))
  (type (;4;) (func (param i64 i32) (result i64)))
  (type (;5;) (func (param i32 i64 i32) (result i32 i64)))
  (type (;6;) (func (param i32 i64 i32) (result i64)))
  (type (;7;) (func (param i64 i32) (result i64 i64)))
  (type (;8;) (func))
  (import "hebe" "out_of_gas" (func (;0;) (type 8)))
  (import "hebe" "stack_overflow" (func (;1;) (type 8)))
  (memory (;0;) 1 512)
  (export "main" (func $loop))
  (export "memory" (memory 0))
  (func $loop (;2;) (type 4) (param i64 i32) (result i64)
    (local $n i32)
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
          i64.const 10000
          i64.lt_s
          br_if 1 (;@2;)
          local.get 0
          i64.const 10000
          i64.sub
          local.set 0
          loop ;; label = @4
            local.get 0
            i64.const 70000
            i64.lt_s
            br_if 2 (;@2;)
            local.get 0
            i64.const 70000
            i64.sub
            local.set 0
            local.get $n
            i32.const 1
            i32.add
            local.tee $n
            i32.const 10
            i32.lt_u
            br_if 0 (;@4;)
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
  (func $choose (;3;) (type 5) (param i32 i64 i32) (result i32 i64)
    block ;; label = @1
      block ;; label = @2
        local.get 2
        i32.const 10
        i32.lt_s
        br_if 1 (;@1;)
        local.get 2
        i32.const 10
        i32.sub
        local.set 2
        block (result i32) ;; label = @3
          local.get 1
          i64.const 20000
          i64.lt_s
          br_if 1 (;@2;)
          local.get 1
          i64.const 20000
          i64.sub
          local.set 1
          local.get 0
          if (result i32) ;; label = @4
            local.get 1
            i64.const 10000
            i64.lt_s
            br_if 2 (;@2;)
            local.get 1
            i64.const 10000
            i64.sub
            local.set 1
            i32.const 1
          else
            local.get 1
            i64.const 20000
            i64.lt_s
            br_if 2 (;@2;)
            local.get 1
            i64.const 20000
            i64.sub
            local.set 1
            nop
            i32.const 2
          end
          local.get 1
          i64.const 10000
          i64.lt_s
          br_if 1 (;@2;)
          local.get 1
          i64.const 10000
          i64.sub
          local.set 1
          nop
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
  (func $table (;4;) (type 6) (param i32 i64 i32) (result i64)
    block ;; label = @1
      block ;; label = @2
        local.get 2
        i32.const 10
        i32.lt_s
        br_if 1 (;@1;)
        local.get 2
        i32.const 10
        i32.sub
        local.set 2
        block ;; label = @3
          local.get 1
          i64.const 40000
          i64.lt_s
          br_if 1 (;@2;)
          local.get 1
          i64.const 40000
          i64.sub
          local.set 1
          block ;; label = @4
            block ;; label = @5
              local.get 0
              br_table 1 (;@4;) 0 (;@5;) 2 (;@3;)
            end
            local.get 1
            i64.const 10000
            i64.lt_s
            br_if 2 (;@2;)
            local.get 1
            i64.const 10000
            i64.sub
            local.set 1
            nop
          end
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
  (func $dead (;5;) (type 7) (param i64 i32) (result i64 i64)
    block ;; label = @1
      block ;; label = @2
        local.get 1
        i32.const 9
        i32.lt_s
        br_if 1 (;@1;)
        local.get 1
        i32.const 9
        i32.sub
        local.set 1
        block (result i64) ;; label = @3
          local.get 0
          i64.const 20000
          i64.lt_s
          br_if 1 (;@2;)
          local.get 0
          i64.const 20000
          i64.sub
          local.set 0
          i64.const 1
          local.get 0
          return
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

