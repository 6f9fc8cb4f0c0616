(module
  (type (;0;) (func))
  (type (;1;) (func (param i64 i32) (result i64)))
  (type (;2;) (func))
  (type (;3;) (func (param i32 i64) (result i32 i64)))
  (import "hebe" "out_of_gas" (func (;0;) (type 2)))
  (import "hebe" "stack_overflow" (func (;1;) (type 2)))
  (table (;0;) 1 8 funcref)
  (memory (;0;) 1 3)
  (export "main" (func $main))
  (export "memory" (memory 0))
  (elem (;0;) func $main)
  (func $main (;2;) (type 1) (param i64 i32) (result i64)
    (local i32)
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
          i64.const 20000
          i64.lt_s
          br_if 1 (;@2;)
          local.get 0
          i64.const 20000
          i64.sub
          local.set 0
          i32.const 2
          local.get 0
          call $hebe.memory.grow
          i64.const 50000
          i64.sub
          local.tee 0
          i64.const 0
          i64.lt_s
          br_if 1 (;@2;)
          drop
          i32.const 0
          i32.const 1
          i32.const 33
          local.set 2
          local.get 0
          local.get 2
          i64.extend_i32_u
          i64.const 31
          i64.add
          i64.const 32
          i64.div_u
          i64.const 10000
          i64.mul
          i64.sub
          local.tee 0
          i64.const 0
          i64.lt_s
          br_if 1 (;@2;)
          local.get 2
          memory.fill
          local.get 0
          i64.const 40000
          i64.lt_s
          br_if 1 (;@2;)
          local.get 0
          i64.const 40000
          i64.sub
          local.set 0
          i32.const 0
          i32.const 1
          i32.const 33
          local.set 2
          local.get 0
          local.get 2
          i64.extend_i32_u
          i64.const 31
          i64.add
          i64.const 32
          i64.div_u
          i64.const 10000
          i64.mul
          i64.sub
          local.tee 0
          i64.const 0
          i64.lt_s
          br_if 1 (;@2;)
          local.get 2
          memory.copy
          local.get 0
          i64.const 40000
          i64.lt_s
          br_if 1 (;@2;)
          local.get 0
          i64.const 40000
          i64.sub
          local.set 0
          i32.const 0
          i32.const 1
          i32.const 3
          local.set 2
          local.get 0
          local.get 2
          i64.extend_i32_u
          i64.const 31
          i64.add
          i64.const 32
          i64.div_u
          i64.const 10000
          i64.mul
          i64.sub
          local.tee 0
          i64.const 0
          i64.lt_s
          br_if 1 (;@2;)
          local.get 2
          memory.init 0
          local.get 0
          i64.const 10000
          i64.lt_s
          br_if 1 (;@2;)
          local.get 0
          i64.const 10000
          i64.sub
          local.set 0
          data.drop 0
          local.get 0
          i64.const 40000
          i64.lt_s
          br_if 1 (;@2;)
          local.get 0
          i64.const 40000
          i64.sub
          local.set 0
          i32.const 0
          i32.const 0
          i32.const 1
          local.set 2
          local.get 0
          local.get 2
          i64.extend_i32_u
          i64.const 10000
          i64.mul
          i64.sub
          local.tee 0
          i64.const 0
          i64.lt_s
          br_if 1 (;@2;)
          local.get 2
          table.init 0
          local.get 0
          i64.const 40000
          i64.lt_s
          br_if 1 (;@2;)
          local.get 0
          i64.const 40000
          i64.sub
          local.set 0
          i32.const 0
          i32.const 0
          i32.const 1
          local.set 2
          local.get 0
          local.get 2
          i64.extend_i32_u
          i64.const 10000
          i64.mul
          i64.sub
          local.tee 0
          i64.const 0
          i64.lt_s
          br_if 1 (;@2;)
          local.get 2
          table.copy
          local.get 0
          i64.const 40000
          i64.lt_s
          br_if 1 (;@2;)
          local.get 0
          i64.const 40000
          i64.sub
          local.set 0
          i32.const 0
          ref.null func
          i32.const 1
          local.set 2
          local.get 0
          local.get 2
          i64.extend_i32_u
          i64.const 10000
          i64.mul
          i64.sub
          local.tee 0
          i64.const 0
          i64.lt_s
          br_if 1 (;@2;)
          local.get 2
          table.fill 0
          local.get 0
          i64.const 30000
          i64.lt_s
          br_if 1 (;@2;)
          local.get 0
          i64.const 30000
          i64.sub
          local.set 0
          ref.null func
          i32.const 1
          local.tee 2
          i32.const 8
          table.size 0
          i32.sub
          i32.le_u
          if ;; label = @4
            local.get 0
            local.get 2
            i64.extend_i32_u
            i64.const 10000
            i64.mul
            i64.sub
            local.tee 0
            i64.const 0
            i64.lt_s
            br_if 2 (;@2;)
          end
          local.get 2
          table.grow 0
          local.get 0
          i64.const 40000
          i64.lt_s
          br_if 1 (;@2;)
          local.get 0
          i64.const 40000
          i64.sub
          local.set 0
          drop
          i32.const 0
          i32.const 0
          table.get 0
          local.get 0
          i64.const 10000
          i64.lt_s
          br_if 1 (;@2;)
          local.get 0
          i64.const 10000
          i64.sub
          local.set 0
          table.set 0
          local.get 0
          i64.const 10000
          i64.lt_s
          br_if 1 (;@2;)
          local.get 0
          i64.const 10000
          i64.sub
          local.set 0
          table.size 0
          local.get 0
          i64.const 20000
          i64.lt_s
          br_if 1 (;@2;)
          local.get 0
          i64.const 20000
          i64.sub
          local.set 0
          drop
          elem.drop 0
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
  (func $hebe.memory.grow (;3;) (type 3) (param i32 i64) (result i32 i64)
    local.get 0
    i32.const 3
    memory.size
    i32.sub
    i32.le_u
    if ;; label = @1
      local.get 1
      local.get 0
      i64.extend_i32_u
      i64.const 143360000
      i64.mul
      i64.sub
      local.tee 1
      i64.const 0
      i64.lt_s
      if ;; label = @2
        call 0
        unreachable
      end
    end
    local.get 0
    memory.grow
    local.get 1
  )
  (data (;0;) "data")
)

