(module $named
  (type (;0;) (func))
  (type (;1;) (func (param i32)))
  (type (;2;) (func (param i64 i32) (result i64)))
  (type (;3;) (func (param i32 i64 i32) (result i64)))
  (type (;4;) (func))
  (import "ethereum" "nothing" (func $nothing (;0;) (type 2)))
  (import "hebe" "out_of_gas" (func (;1;) (type 4)))
  (import "hebe" "stack_overflow" (func (;2;) (type 4)))
  (table (;0;) 4 16384 funcref)
  (memory (;0;) 1 512)
  (global (;0;) funcref ref.func $f)
  (global (;1;) (mut i64) i64.const 1)
  (export "main" (func $nothing))
  (export "f" (func $f))
  (export "memory" (memory 0))
  (export "hebe.global.0" (global 1))
  (elem (;0;) (i32.const 0) func $f $nothing)
  (elem (;1;) (i32.const 2) funcref (ref.func $unused) (ref.null func))
  (elem (;2;) func $f)
  (elem (;3;) declare func $unused)
  (elem (;4;) funcref (ref.func $f))
  (elem (;5;) declare funcref (ref.func $unused))
  (func $f (;3;) (type 3) (param $p i32) (param i64 i32) (result i64)
    (local $l i32)
    block ;; label = @1
      block ;; label = @2
        local.get 2
        i32.const 11
        i32.lt_s
        br_if 1 (;@1;)
        local.get 2
        i32.const 11
        i32.sub
        local.set 2
        block ;; label = @3
          local.get 1
          i64.const 30000
          i64.lt_s
          br_if 1 (;@2;)
          local.get 1
          i64.const 30000
          i64.sub
          local.set 1
          block ;; label = @4
            local.get $p
            local.set $l
          end
        end
        local.get 1
        return
      end
      call 1
      unreachable
    end
    call 2
    unreachable
  )
  (func $unused (;4;) (type 2) (param i64 i32) (result i64)
    block ;; label = @1
      local.get 1
      i32.const 8
      i32.lt_s
      br_if 0 (;@1;)
      local.get 1
      i32.const 8
      i32.sub
      local.set 1
      block ;; label = @2
      end
      local.get 0
      return
    end
    call 2
    unreachable
  )
  (data (;0;) (i32.const 0) "x")
)

