(module
  (@custom "hebe.metered" (before first) "flat 1")
  (type (;0;) (func))
  (type (;1;) (func (param i64)))
  (type (;2;) (func (param i32) (result i32)))
  (import "ethereum" "useGas" (func (;0;) (type 1)))
  (table (;0;) 1 8 funcref)
  (memory (;0;) 1 3)
  (export "main" (func $main))
  (export "memory" (memory 0))
  (elem (;0;) func $main)
  (func $main (;1;) (type 0)
    (local i32)
    i64.const 2
    call 0
    i32.const 2
    call $hebe.memory.grow
    i64.const 5
    call 0
    drop
    i32.const 0
    i32.const 1
    i32.const 33
    local.set 0
    local.get 0
    i64.extend_i32_u
    i64.const 31
    i64.add
    i64.const 32
    i64.div_u
    i64.const 10000
    i64.mul
    i64.const 9999
    i64.add
    i64.const 10000
    i64.div_u
    call 0
    local.get 0
    memory.fill
    i64.const 4
    call 0
    i32.const 0
    i32.const 1
    i32.const 33
    local.set 0
    local.get 0
    i64.extend_i32_u
    i64.const 31
    i64.add
    i64.const 32
    i64.div_u
    i64.const 10000
    i64.mul
    i64.const 9999
    i64.add
    i64.const 10000
    i64.div_u
    call 0
    local.get 0
    memory.copy
    i64.const 4
    call 0
    i32.const 0
    i32.const 1
    i32.const 3
    local.set 0
    local.get 0
    i64.extend_i32_u
    i64.const 31
    i64.add
    i64.const 32
    i64.div_u
    i64.const 10000
    i64.mul
    i64.const 9999
    i64.add
    i64.const 10000
    i64.div_u
    call 0
    local.get 0
    memory.init 0
    i64.const 1
    call 0
    data.drop 0
    i64.const 4
    call 0
    i32.const 0
    i32.const 0
    i32.const 1
    local.set 0
    local.get 0
    i64.extend_i32_u
    i64.const 10000
    i64.mul
    i64.const 9999
    i64.add
    i64.const 10000
    i64.div_u
    call 0
    local.get 0
    table.init 0
    i64.const 4
    call 0
    i32.const 0
    i32.const 0
    i32.const 1
    local.set 0
    local.get 0
    i64.extend_i32_u
    i64.const 10000
    i64.mul
    i64.const 9999
    i64.add
    i64.const 10000
    i64.div_u
    call 0
    local.get 0
    table.copy
    i64.const 4
    call 0
    i32.const 0
    ref.null func
    i32.const 1
    local.set 0
    local.get 0
    i64.extend_i32_u
    i64.const 10000
    i64.mul
    i64.const 9999
    i64.add
    i64.const 10000
    i64.div_u
    call 0
    local.get 0
    table.fill 0
    i64.const 3
    call 0
    ref.null func
    i32.const 1
    local.tee 0
    i32.const 8
    table.size 0
    i32.sub
    i32.le_u
    if ;; label = @1
      local.get 0
      i64.extend_i32_u
      i64.const 10000
      i64.mul
      i64.const 9999
      i64.add
      i64.const 10000
      i64.div_u
      call 0
    end
    local.get 0
    table.grow 0
    i64.const 4
    call 0
    drop
    i32.const 0
    i32.const 0
    table.get 0
    i64.const 1
    call 0
    table.set 0
    i64.const 1
    call 0
    table.size 0
    i64.const 2
    call 0
    drop
    elem.drop 0
  )
  (func $hebe.memory.grow (;2;) (type 2) (param i32) (result i32)
    local.get 0
    i32.const 3
    memory.size
    i32.sub
    i32.le_u
    if ;; label = @1
      local.get 0
      i64.extend_i32_u
      i64.const 143360000
      i64.mul
      i64.const 9999
      i64.add
      i64.const 10000
      i64.div_u
      call 0
    end
    local.get 0
    memory.grow
  )
  (data (;0;) "data")
)

