;; Several results, and branches that carry them out of the function.
(module
  (type $pair (func (param i32) (result i32 i64)))
  (type $none (func (result i32 i64)))
  (func $f (type $pair)
    i32.const 1
    i64.const 2
    local.get 0
    br_table 0 0)
  (func $g (type $none)
    i32.const 5
    block (type $pair)
      i64.const 6
    end)
  (func (export "main")
    call $g
    drop
    call $f
    drop
    drop)
  (memory (export "memory") 1))
