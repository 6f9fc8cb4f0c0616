;; Calls or creates another contract, as its input says, and returns what came of it.
;;
;;   input, all numbers big-endian:
;;     at  0    1 byte    what to do: 0 call, 1 callCode, 2 callDelegate, 3 callStatic, 4 create
;;     at  1    8 bytes   gas to pass on (create ignores it and passes on all it may)
;;     at  9   20 bytes   whom to call (create ignores it)
;;     at 29   16 bytes   value to send, in wei (callDelegate and callStatic ignore it)
;;     at 45   the rest   call data, or the init code of the contract to create
;;
;;   output:
;;     at  0    1 byte    the result: 0 success, 1 failure, 2 revert
;;     at  1   the rest   after a create that succeeded: the new contract's address, 20 bytes; else the return data
;;
;; Reverts without data if the input is shorter than 45 bytes or its first byte is greater than 4.
;; Nothing is kept in storage, but callCode and callDelegate let the other contract's code write there.
(module
  (import "ethereum" "getCallDataSize" (func $getCallDataSize (result i32)))
  (import "ethereum" "callDataCopy" (func $callDataCopy (param $result i32) (param $offset i32) (param $length i32)))
  (import "ethereum" "call" (func $call
    (param $gas i64) (param $address i32) (param $value i32) (param $data i32) (param $length i32)
    (result i32)))
  (import "ethereum" "callCode" (func $callCode
    (param $gas i64) (param $address i32) (param $value i32) (param $data i32) (param $length i32)
    (result i32)))
  (import "ethereum" "callDelegate" (func $callDelegate
    (param $gas i64) (param $address i32) (param $data i32) (param $length i32)
    (result i32)))
  (import "ethereum" "callStatic" (func $callStatic
    (param $gas i64) (param $address i32) (param $data i32) (param $length i32)
    (result i32)))
  (import "ethereum" "create" (func $create
    (param $value i32) (param $data i32) (param $length i32) (param $result i32)
    (result i32)))
  (import "ethereum" "getReturnDataSize" (func $getReturnDataSize (result i32)))
  (import "ethereum" "returnDataCopy" (func $returnDataCopy (param $result i32) (param $offset i32) (param $length i32)))
  (import "ethereum" "finish" (func $finish (param $data i32) (param $length i32)))
  (import "ethereum" "revert" (func $revert (param $data i32) (param $length i32)))

  (memory (export "memory") 1)

  ;; Where things are in memory. The input is copied so that its data, at the end, can grow.
  (global $VALUE i32 (i32.const 0))      ;; 16: the value as the interface wants it, little-endian
  (global $OUTPUT i32 (i32.const 16))    ;; the output, once the input is no longer needed
  (global $INPUT i32 (i32.const 64))
  (global $ADDRESS i32 (i32.const 73))   ;; $INPUT + 9
  (global $DATA i32 (i32.const 109))     ;; $INPUT + 45

  (func (export "main")
    (local $size i32)
    (local.set $size (call $getCallDataSize))
    (if (i32.lt_u (local.get $size) (i32.const 45)) (then (call $revert (i32.const 0) (i32.const 0))))
    (call $reserve (i32.add (global.get $INPUT) (local.get $size)))
    (call $callDataCopy (global.get $INPUT) (i32.const 0) (local.get $size))

    ;; At 29 is the value: its high half first, as big-endian numbers have it.
    (i64.store (global.get $VALUE) (call $reverse_bytes (i64.load offset=37 (global.get $INPUT))))
    (i64.store offset=8 (global.get $VALUE) (call $reverse_bytes (i64.load offset=29 (global.get $INPUT))))

    (call $answer
      (call $act
        (i32.load8_u (global.get $INPUT))
        (call $reverse_bytes (i64.load offset=1 (global.get $INPUT)))
        (i32.sub (local.get $size) (i32.const 45)))))

  ;; Does what `action` says with what is in memory; returns the result.
  (func $act (param $action i32) (param $gas i64) (param $length i32) (result i32)
    (if (i32.eq (local.get $action) (i32.const 0))
      (then (return (call $call
        (local.get $gas) (global.get $ADDRESS) (global.get $VALUE) (global.get $DATA) (local.get $length)))))
    (if (i32.eq (local.get $action) (i32.const 1))
      (then (return (call $callCode
        (local.get $gas) (global.get $ADDRESS) (global.get $VALUE) (global.get $DATA) (local.get $length)))))
    (if (i32.eq (local.get $action) (i32.const 2))
      (then (return (call $callDelegate
        (local.get $gas) (global.get $ADDRESS) (global.get $DATA) (local.get $length)))))
    (if (i32.eq (local.get $action) (i32.const 3))
      (then (return (call $callStatic
        (local.get $gas) (global.get $ADDRESS) (global.get $DATA) (local.get $length)))))
    (if (i32.eq (local.get $action) (i32.const 4))
      (then (return (call $create_contract (local.get $length)))))
    (call $revert (i32.const 0) (i32.const 0))
    ;; Never reached, but WebAssembly doesn't know that revert does not return.
    (unreachable))

  ;; A create that succeeds has no return data but an address, which is the answer: then this does not
  ;; return. Otherwise it returns the result, as every action does.
  (func $create_contract (param $length i32) (result i32)
    (local $result i32)
    (local.set $result
      (call $create
        (global.get $VALUE) (global.get $DATA) (local.get $length)
        (i32.add (global.get $OUTPUT) (i32.const 1))))
    (if (i32.eqz (local.get $result))
      (then
        (i32.store8 (global.get $OUTPUT) (i32.const 0))
        (call $finish (global.get $OUTPUT) (i32.const 21))))
    (local.get $result))

  ;; Finishes with the result and the return data. Does not return.
  (func $answer (param $result i32)
    (local $size i32)
    (local.set $size (call $getReturnDataSize))
    (call $reserve (i32.add (global.get $OUTPUT) (i32.add (local.get $size) (i32.const 1))))
    (i32.store8 (global.get $OUTPUT) (local.get $result))
    (call $returnDataCopy (i32.add (global.get $OUTPUT) (i32.const 1)) (i32.const 0) (local.get $size))
    (call $finish (global.get $OUTPUT) (i32.add (local.get $size) (i32.const 1))))

  ;; Grows memory to `size` bytes at least. (Could `size` wrap around, the copy that follows would fail: what
  ;; the interface accepts is checked there, not here.)
  (func $reserve (param $size i32)
    (local $pages i32)
    ;; Rounded up: the pages that full 64 KiB need, and one more for what is left.
    (local.set $pages
      (i32.add
        (i32.shr_u (local.get $size) (i32.const 16))
        (i32.ne (i32.and (local.get $size) (i32.const 0xffff)) (i32.const 0))))
    (if (i32.gt_u (local.get $pages) (memory.size))
      (then
        (if (i32.eq (memory.grow (i32.sub (local.get $pages) (memory.size))) (i32.const -1))
          (then (unreachable))))))

  ;; Big-endian to little-endian: swaps neighbouring bytes, then neighbouring pairs, then halves.
  (func $reverse_bytes (param $x i64) (result i64)
    (local.set $x
      (i64.or
        (i64.shl (i64.and (local.get $x) (i64.const 0x00ff00ff00ff00ff)) (i64.const 8))
        (i64.and (i64.shr_u (local.get $x) (i64.const 8)) (i64.const 0x00ff00ff00ff00ff))))
    (local.set $x
      (i64.or
        (i64.shl (i64.and (local.get $x) (i64.const 0x0000ffff0000ffff)) (i64.const 16))
        (i64.and (i64.shr_u (local.get $x) (i64.const 16)) (i64.const 0x0000ffff0000ffff))))
    (i64.rotl (local.get $x) (i64.const 32))))
