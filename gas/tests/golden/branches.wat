;; Where stretches begin: at a loop's head, in both branches of an if, after br_if and end.
(module
  (func $loop (export "main") (local $n i32)
    loop $again
      local.get $n
      i32.const 1
      i32.add
      local.tee $n
      i32.const 10
      i32.lt_u
      br_if $again
    end)
  (func $choose (param i32) (result i32)
    local.get 0
    if (result i32)
      i32.const 1
    else
      nop
      i32.const 2
    end
    nop)
  (func $table (param i32)
    block $a
      block $b
        local.get 0
        br_table $a $b 2
        ;; Not reachable.
        block unreachable end
      end
      nop
    end)
  (func $dead (result i64)
    i64.const 1
    return
    call $dead
    drop
    loop br 0 end)
  (memory (export "memory") 1))
