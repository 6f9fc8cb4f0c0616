;; Goes round a loop 1,000,000 times: a benchmark of plain execution, without a single host call inside.
;;
;;   input   ignored
;;   output  the sum of the steps 1 to 1,000,000, which is 500,000,500,000: 8 bytes little-endian.
;;           It is returned so that nobody can optimise the loop away.
(module
  (import "ethereum" "finish" (func $finish (param $data i32) (param $length i32)))

  (memory (export "memory") 1 1)

  (func (export "main")
    (local $steps i64)
    (local $sum i64)
    (local.set $steps (i64.const 1000000))
    (loop $again
      (local.set $sum (i64.add (local.get $sum) (local.get $steps)))
      (local.set $steps (i64.sub (local.get $steps) (i64.const 1)))
      (br_if $again (i64.ne (local.get $steps) (i64.const 0))))
    (i64.store (i32.const 0) (local.get $sum))
    (call $finish (i32.const 0) (i32.const 8))))
