;; Init code of the token in erc20.wat: it mints 1,000,000 units to whoever creates the contract, logs
;; Transfer(0x0, creator, 1,000,000) as EIP-20 asks for new tokens, and returns the runtime that it carries.
;; Reverts if value is sent along.
;;
;; Storage is laid out as erc20.wat says. How init code carries a runtime: see deploy.wat, where
;; $finish_with_runtime comes from, and README.md.
(module
  (import "ethereum" "getCallValue" (func $getCallValue (param $result i32)))
  (import "ethereum" "getCaller" (func $getCaller (param $result i32)))
  (import "ethereum" "storageStore" (func $storageStore (param $key i32) (param $value i32)))
  (import "ethereum" "log" (func $log
    (param $data i32) (param $length i32) (param $topics i32)
    (param $topic1 i32) (param $topic2 i32) (param $topic3 i32) (param $topic4 i32)))
  (import "ethereum" "getCodeSize" (func $getCodeSize (result i32)))
  (import "ethereum" "codeCopy" (func $codeCopy (param $result i32) (param $offset i32) (param $length i32)))
  (import "ethereum" "finish" (func $finish (param $data i32) (param $length i32)))
  (import "ethereum" "revert" (func $revert (param $data i32) (param $length i32)))

  (memory (export "memory") 1)

  (global $CREATOR i32 (i32.const 0))             ;; 32: who creates the contract, as an address word
  (global $NOBODY i32 (i32.const 32))             ;; 32: the zero address
  (global $VALUE i32 (i32.const 64))              ;; 16: the value sent along, little-endian
  (global $SUPPLY_KEY i32 (i32.const 96))         ;; 32
  (data (i32.const 96) "\01")
  (global $SUPPLY i32 (i32.const 128))            ;; 32: 1,000,000 = 0x0f4240, big-endian
  (data (i32.const 157) "\0f\42\40")
  (global $TRANSFER_TOPIC i32 (i32.const 160))    ;; 32: keccak256("Transfer(address,address,uint256)")
  (data (i32.const 160)
    "\dd\f2\52\ad\1b\e2\c8\9b\69\c2\b0\68\fc\37\8d\aa\95\2b\a7\f1\63\c4\a1\16\28\f5\5a\4d\f5\23\b3\ef")

  (func (export "main")
    (call $refuse_value)
    (call $getCaller (i32.add (global.get $CREATOR) (i32.const 12)))
    (call $storageStore (global.get $SUPPLY_KEY) (global.get $SUPPLY))
    (call $storageStore (global.get $CREATOR) (global.get $SUPPLY))
    (call $log
      (global.get $SUPPLY) (i32.const 32)
      (i32.const 3) (global.get $TRANSFER_TOPIC) (global.get $NOBODY) (global.get $CREATOR) (i32.const 0))
    (call $finish_with_runtime))

  ;; Nobody could ever get Ether back from the token, so it doesn't take any.
  (func $refuse_value
    (call $getCallValue (global.get $VALUE))
    (if (i64.ne
          (i64.or (i64.load (global.get $VALUE)) (i64.load offset=8 (global.get $VALUE)))
          (i64.const 0))
      (then (call $revert (i32.const 0) (i32.const 0)))))

  ;; Does not return. Overwrites memory from its start on.
  (func $finish_with_runtime
    (local $end i32)    ;; where the runtime ends in the code
    (local $length i32)
    (local.set $end (i32.sub (call $getCodeSize) (i32.const 4)))
    (call $codeCopy (i32.const 0) (local.get $end) (i32.const 4))
    (local.set $length (i32.load (i32.const 0)))

    ;; One page is there. For each full 64 KiB, take one more.
    (if (i32.ge_u (local.get $length) (i32.const 65536))
      (then
        (if (i32.eq (memory.grow (i32.shr_u (local.get $length) (i32.const 16))) (i32.const -1))
          (then (unreachable)))))
    (call $codeCopy
      (i32.const 0)
      (i32.sub (local.get $end) (local.get $length))
      (local.get $length))
    (call $finish (i32.const 0) (local.get $length))))
