;; Calls itself, with all its gas, until it can go no deeper, and says how deep that was.
;;
;;   input   ignored
;;   output  how many messages were nested below this one: 32 bytes big-endian
;;
;; A message can be at most 1,024 deep. Called at depth 0 with enough gas, this returns 1,024. Each call
;; passes on at most 63/64 of the gas left (EIP-150), so reaching the end takes about 5 * 10^11 gas, far more
;; than a block holds. With less, the deepest message runs out of gas, its caller sees a failed
;; call, and counts from there; or fails too, if the 64th that it kept doesn't suffice to finish.
(module
  (import "ethereum" "getAddress" (func $getAddress (param $result i32)))
  (import "ethereum" "getGasLeft" (func $getGasLeft (result i64)))
  (import "ethereum" "call" (func $call
    (param $gas i64) (param $address i32) (param $value i32) (param $data i32) (param $length i32)
    (result i32)))
  (import "ethereum" "returnDataCopy" (func $returnDataCopy (param $result i32) (param $offset i32) (param $length i32)))
  (import "ethereum" "finish" (func $finish (param $data i32) (param $length i32)))

  ;;    0 .. 32   the count, big-endian; only its last two bytes are ever used
  ;;   32 .. 52   our address
  ;;   64 .. 80   the value to send: none
  (memory (export "memory") 1 1)

  (func (export "main")
    (local $count i32)
    (call $getAddress (i32.const 32))
    (if (i32.eqz (call $call
          (call $getGasLeft) (i32.const 32) (i32.const 64) (i32.const 0) (i32.const 0)))
      (then
        (call $returnDataCopy (i32.const 0) (i32.const 0) (i32.const 32))
        (local.set $count
          (i32.add
            (i32.or
              (i32.shl (i32.load8_u (i32.const 30)) (i32.const 8))
              (i32.load8_u (i32.const 31)))
            (i32.const 1)))
        (i32.store8 (i32.const 30) (i32.shr_u (local.get $count) (i32.const 8)))
        (i32.store8 (i32.const 31) (local.get $count))))
    (call $finish (i32.const 0) (i32.const 32))))
