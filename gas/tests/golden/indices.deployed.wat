(module $named
  (@custom "hebe.metered" (before first) "flat 1")
  (type (;0;) (func))
  (type (;1;) (func (param i32)))
  (type (;2;) (func (param i64)))
  (import "ethereum" "nothing" (func $nothing (;0;) (type 0)))
  (import "ethereum" "useGas" (func (;1;) (type 2)))
  (table (;0;) 4 16384 funcref)
  (memory (;0;) 1 512)
  (global (;0;) funcref ref.func $f)
  (global (;1;) (mut i64) i64.const 1)
  (export "main" (func $nothing))
  (export "f" (func $f))
  (export "memory" (memory 0))
  (elem (;0;) (i32.const 0) func $f $nothing)
  (elem (;1;) (i32.const 2) funcref (ref.func $unused) (ref.null func))
  (elem (;2;) func $f)
  (elem (;3;) declare func $unused)
  (elem (;4;) funcref (ref.func $f))
  (elem (;5;) declare funcref (ref.func $unused))
  (func $f (;2;) (type 1) (param $p i32)
    (local $l i32)
    i64.const 3
    call 1
    block ;; label = @1
      local.get $p
      local.set $l
    end
  )
  (func $unused (;3;) (type 0))
  (data (;0;) (i32.const 0) "x")
)

