;; A counter: the first contract to read.
;;
;; Called without input, it returns the count. Called with any input, it adds one.
;;
;;   input   empty: read. Anything else: increment.
;;   output  of a read: the count, 32 bytes big-endian. Of an increment: nothing.
;;   storage word 0 (the key of 32 zero bytes): the count, big-endian.
;;
;; A contract is a WebAssembly module that imports functions from `ethereum`, and exports a function
;; `main` without parameters or results, and its memory. `main` runs once for every message sent to the
;; contract. Memory starts afresh each time; only storage lasts.
(module
  ;; How many bytes came with the message.
  (import "ethereum" "getCallDataSize" (func $getCallDataSize (result i32)))
  ;; Storage maps keys of 32 bytes to values of 32 bytes. Both functions take places in memory: where
  ;; the key is, and where the value goes to or comes from.
  (import "ethereum" "storageLoad" (func $storageLoad (param $key i32) (param $value i32)))
  (import "ethereum" "storageStore" (func $storageStore (param $key i32) (param $value i32)))
  ;; Ends the contract, here and now, with this output.
  (import "ethereum" "finish" (func $finish (param $data i32) (param $length i32)))

  ;; One page of 64 KiB, all zeros:
  ;;    0 .. 32   the key: never written, so it stays zero
  ;;   32 .. 64   the count
  (memory (export "memory") 1 1)

  (func (export "main")
    (call $storageLoad (i32.const 0) (i32.const 32))

    (if (i32.eqz (call $getCallDataSize))
      (then (call $finish (i32.const 32) (i32.const 32))))

    (call $increment)
    (call $storageStore (i32.const 0) (i32.const 32)))
    ;; Coming to the end of `main` is a success without output.

  ;; Adds one to the 32 bytes of the count, as one does on paper: to the last digit, and as long as a
  ;; digit overflows, to the one before it. After 2^256 - 1 comes 0.
  (func $increment
    (local $digit i32) ;; the place of a byte in memory
    (local $value i32)
    (local.set $digit (i32.const 63))
    (loop $carry
      (local.set $value (i32.add (i32.load8_u (local.get $digit)) (i32.const 1)))
      ;; Stores the low 8 bits: 256 becomes 0.
      (i32.store8 (local.get $digit) (local.get $value))
      (if (i32.eq (local.get $value) (i32.const 256))
        (then
          (local.set $digit (i32.sub (local.get $digit) (i32.const 1)))
          (br_if $carry (i32.ge_u (local.get $digit) (i32.const 32))))))))
