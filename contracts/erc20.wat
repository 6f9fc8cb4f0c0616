;; An ERC-20 token (EIP-20) that wallets and libraries written for Solidity contracts can talk to.
;;
;;   function                     selector     input after the selector            output
;;   totalSupply()                0x18160ddd                                       amount
;;   balanceOf(address)           0x70a08231   address word                        amount
;;   transfer(address,uint256)    0xa9059cbb   address word, amount                1, as a word
;;
;; A word has 32 bytes. An amount is a big-endian number of 256 bits. An address word is 12 zero bytes, then
;; the address. More input than needed is ignored, as Solidity does.
;;
;; transfer logs Transfer(address indexed from, address indexed to, uint256 amount). Anyone can be sent
;; to, oneself and the zero address included.
;;
;; Reverts: Error("insufficient balance") from transfer; without data: an unknown selector, input that is too
;; short, an address word whose first 12 bytes are not all zero, value sent along.
;;
;; Storage: Solidity would hash an address with a number to get the key of its balance. Nobody but us writes
;; into our storage, so there is a simpler way:
;;
;;   key: 12 zero bytes, address     that address' balance, big-endian
;;   key: 0x01, 31 zero bytes        the total supply, big-endian
;;
;; The first byte tells the two apart. A key of the first kind is just what calls and logs use as address
;; word. The supply is minted when the contract is created: see erc20_init.wat.
(module
  (import "ethereum" "getCallDataSize" (func $getCallDataSize (result i32)))
  (import "ethereum" "callDataCopy" (func $callDataCopy (param $result i32) (param $offset i32) (param $length i32)))
  (import "ethereum" "getCallValue" (func $getCallValue (param $result i32)))
  (import "ethereum" "getCaller" (func $getCaller (param $result i32)))
  (import "ethereum" "storageLoad" (func $storageLoad (param $key i32) (param $value i32)))
  (import "ethereum" "storageStore" (func $storageStore (param $key i32) (param $value i32)))
  (import "ethereum" "log" (func $log
    (param $data i32) (param $length i32) (param $topics i32)
    (param $topic1 i32) (param $topic2 i32) (param $topic3 i32) (param $topic4 i32)))
  (import "ethereum" "finish" (func $finish (param $data i32) (param $length i32)))
  (import "ethereum" "revert" (func $revert (param $data i32) (param $length i32)))

  (memory (export "memory") 1 1)

  ;; Where things are in memory. What no data segment fills starts as zeros.
  (global $SELECTOR i32 (i32.const 28))           ;;  4 bytes, so that the arguments are at even places
  (global $ADDRESS i32 (i32.const 32))            ;; 32: the first argument, of balanceOf and transfer
  (global $AMOUNT i32 (i32.const 64))             ;; 32: the second argument, of transfer
  (global $CALLER i32 (i32.const 96))             ;; 32: the caller as an address word
  (global $BALANCE i32 (i32.const 128))           ;; 32: the balance at hand
  (global $VALUE i32 (i32.const 160))             ;; 16: the value sent along, little-endian

  (global $SUPPLY_KEY i32 (i32.const 192))        ;; 32
  (data (i32.const 192) "\01")
  (global $TRUE i32 (i32.const 224))              ;; 32: the number 1
  (data (i32.const 255) "\01")
  (global $TRANSFER_TOPIC i32 (i32.const 256))    ;; 32: keccak256("Transfer(address,address,uint256)")
  (data (i32.const 256)
    "\dd\f2\52\ad\1b\e2\c8\9b\69\c2\b0\68\fc\37\8d\aa\95\2b\a7\f1\63\c4\a1\16\28\f5\5a\4d\f5\23\b3\ef")
  (global $INSUFFICIENT_BALANCE i32 (i32.const 288)) ;; 100: the revert data, encoded as Error(string)
  (data (i32.const 288) "\08\c3\79\a0")           ;; the selector of Error(string)
  (data (i32.const 323) "\20")                    ;; word: the string begins 32 bytes after the selector
  (data (i32.const 355) "\14")                    ;; word: it is 20 bytes long
  (data (i32.const 356) "insufficient balance")   ;; word: its bytes, the rest zeros

  (func (export "main")
    (local $selector i32)
    (call $refuse_value)
    (call $need_input (i32.const 4))
    (call $callDataCopy (global.get $SELECTOR) (i32.const 0) (i32.const 4))
    ;; i32.load is little-endian, so the selectors here read backwards.
    (local.set $selector (i32.load (global.get $SELECTOR)))
    (if (i32.eq (local.get $selector) (i32.const 0xdd0d1618)) (then (call $total_supply)))
    (if (i32.eq (local.get $selector) (i32.const 0x3182a070)) (then (call $balance_of)))
    (if (i32.eq (local.get $selector) (i32.const 0xbb9c05a9)) (then (call $transfer)))
    (call $refuse))

  ;; ---- The functions of the token. None of them returns to `main`.

  (func $total_supply
    (call $storageLoad (global.get $SUPPLY_KEY) (global.get $BALANCE))
    (call $finish (global.get $BALANCE) (i32.const 32)))

  (func $balance_of
    (call $need_input (i32.const 36))
    (call $callDataCopy (global.get $ADDRESS) (i32.const 4) (i32.const 32))
    (call $refuse_dirty_address)
    (call $storageLoad (global.get $ADDRESS) (global.get $BALANCE))
    (call $finish (global.get $BALANCE) (i32.const 32)))

  (func $transfer
    (call $need_input (i32.const 68))
    (call $callDataCopy (global.get $ADDRESS) (i32.const 4) (i32.const 64)) ;; $AMOUNT follows it
    (call $refuse_dirty_address)
    (call $getCaller (i32.add (global.get $CALLER) (i32.const 12)))

    (call $storageLoad (global.get $CALLER) (global.get $BALANCE))
    (if (call $subtract (global.get $BALANCE) (global.get $AMOUNT))
      (then (call $revert (global.get $INSUFFICIENT_BALANCE) (i32.const 100))))
    (call $storageStore (global.get $CALLER) (global.get $BALANCE))

    ;; Loaded only after the store: who sends to himself must find his balance lowered.
    (call $storageLoad (global.get $ADDRESS) (global.get $BALANCE))
    (if (call $add (global.get $BALANCE) (global.get $AMOUNT))
      ;; All balances together are the total supply, which fits, so this can't be.
      (then (unreachable)))
    (call $storageStore (global.get $ADDRESS) (global.get $BALANCE))

    (call $log
      (global.get $AMOUNT) (i32.const 32)
      (i32.const 3) (global.get $TRANSFER_TOPIC) (global.get $CALLER) (global.get $ADDRESS) (i32.const 0))
    (call $finish (global.get $TRUE) (i32.const 32)))

  ;; ---- What makes us revert without data.

  (func $refuse
    (call $revert (i32.const 0) (i32.const 0)))

  ;; Nobody could ever get Ether back from here, so we don't take any.
  (func $refuse_value
    (call $getCallValue (global.get $VALUE))
    (if (i64.ne
          (i64.or (i64.load (global.get $VALUE)) (i64.load offset=8 (global.get $VALUE)))
          (i64.const 0))
      (then (call $refuse))))

  ;; callDataCopy would fail and take all gas. A revert gives the rest back.
  (func $need_input (param $length i32)
    (if (i32.lt_u (call $getCallDataSize) (local.get $length))
      (then (call $refuse))))

  (func $refuse_dirty_address
    (if (i64.ne
          (i64.or
            (i64.load (global.get $ADDRESS))
            (i64.load32_u offset=8 (global.get $ADDRESS)))
          (i64.const 0))
      (then (call $refuse))))

  ;; ---- Arithmetic with big-endian words in memory: four limbs of 64 bits, the last one lowest.

  ;; word += other, modulo 2^256; returns what is carried out: 1 if the sum did not fit, else 0.
  (func $add (param $word i32) (param $other i32) (result i32)
    (local $limb i32) ;; the limb's distance from the word's start: 24, 16, 8, 0
    (local $a i64)
    (local $sum i64)
    (local $carry i64)
    (local.set $limb (i32.const 24))
    (loop $next
      (local.set $a (call $load_limb (i32.add (local.get $word) (local.get $limb))))
      (local.set $sum
        (i64.add (local.get $a) (call $load_limb (i32.add (local.get $other) (local.get $limb)))))
      (call $store_limb
        (i32.add (local.get $word) (local.get $limb))
        (i64.add (local.get $sum) (local.get $carry)))
      ;; A sum that wrapped around is less than what was added. Only one of the two additions can wrap.
      (local.set $carry
        (i64.extend_i32_u
          (i32.or
            (i64.lt_u (local.get $sum) (local.get $a))
            (i64.lt_u (i64.add (local.get $sum) (local.get $carry)) (local.get $carry)))))
      (local.set $limb (i32.sub (local.get $limb) (i32.const 8)))
      (br_if $next (i32.ge_s (local.get $limb) (i32.const 0))))
    (i32.wrap_i64 (local.get $carry)))

  ;; word -= other, modulo 2^256; returns what is borrowed: 1 if `other` was greater than `word`, else 0.
  (func $subtract (param $word i32) (param $other i32) (result i32)
    (local $limb i32)
    (local $a i64)
    (local $b i64)
    (local $borrow i64)
    (local.set $limb (i32.const 24))
    (loop $next
      (local.set $a (call $load_limb (i32.add (local.get $word) (local.get $limb))))
      (local.set $b (call $load_limb (i32.add (local.get $other) (local.get $limb))))
      (call $store_limb
        (i32.add (local.get $word) (local.get $limb))
        (i64.sub (i64.sub (local.get $a) (local.get $b)) (local.get $borrow)))
      (local.set $borrow
        (i64.extend_i32_u
          (i32.or
            (i64.lt_u (local.get $a) (local.get $b))
            (i64.lt_u (i64.sub (local.get $a) (local.get $b)) (local.get $borrow)))))
      (local.set $limb (i32.sub (local.get $limb) (i32.const 8)))
      (br_if $next (i32.ge_s (local.get $limb) (i32.const 0))))
    (i32.wrap_i64 (local.get $borrow)))

  (func $load_limb (param $place i32) (result i64)
    (call $reverse_bytes (i64.load (local.get $place))))

  (func $store_limb (param $place i32) (param $limb i64)
    (i64.store (local.get $place) (call $reverse_bytes (local.get $limb))))

  ;; Little-endian to big-endian and back: swaps neighbouring bytes, then neighbouring pairs, then halves.
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
