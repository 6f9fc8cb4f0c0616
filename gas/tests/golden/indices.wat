;; Function indices in every place; an import exported as main; names.
(module $named
  (import "ethereum" "nothing" (func $nothing))
  (table 4 funcref)
  (global $g funcref (ref.func $f))
  (global $n (mut i64) (i64.const 1))
  (func $f (param $p i32) (local $l i32)
    block $label
      local.get $p
      local.set $l
    end)
  (func $unused)
  (export "main" (func $nothing))
  (export "f" (func $f))
  (elem (i32.const 0) $f $nothing)
  (elem (i32.const 2) funcref (ref.func $unused) (ref.null func))
  (elem func $f)
  (elem declare func $unused)
  (elem funcref (ref.func $f))
  (elem declare funcref (ref.func $unused))
  (data (i32.const 0) "x")
  (memory (export "memory") 1))
