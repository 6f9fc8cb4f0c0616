;; The Keccak-256 hash of its input, computed in WebAssembly.
;;
;;   input   anything, of any length
;;   output  keccak256(input), 32 bytes
;;
;; This is the hash that Ethereum uses: Keccak as submitted to the SHA-3 contest, with capacity 512, whose padding
;; begins with the byte 0x01. (SHA3-256 of FIPS 202 is the same but for that byte, 0x06 there.) The names
;; of the steps, theta, rho, pi, chi and iota, are those of the Keccak reference and FIPS 202, section 3.2.
;;
;; The state is 5 times 5 lanes of 64 bits, little-endian; the lane in column x and row y is number x + 5y. Input
;; goes into it in blocks of 136 bytes, each copied when its turn comes, so that one page of memory
;; is enough for any input.
(module
  (import "ethereum" "getCallDataSize" (func $getCallDataSize (result i32)))
  (import "ethereum" "callDataCopy" (func $callDataCopy (param $result i32) (param $offset i32) (param $length i32)))
  (import "ethereum" "finish" (func $finish (param $data i32) (param $length i32)))

  ;;     0 .. 200   the state; its first 32 bytes are the hash in the end
  ;;   200 .. 336   the block; all zeros when nobody uses it
  ;;   344 .. 400   theta's column parities: columns 4, 0, 1, 2, 3, 4, 0, so that each has its neighbours
  ;;   440 .. 640   the lanes between rho, pi and chi
  ;;   640 ..       tables
  (memory (export "memory") 1 1)

  ;; rho: how far lane x + 5y is rotated to the left, in bits. One row of lanes each line.
  (data (i32.const 640)
    "\00\01\3e\1c\1b"
    "\24\2c\06\37\14"
    "\03\0a\2b\19\27"
    "\29\2d\0f\15\08"
    "\12\02\3d\38\0e")

  ;; pi: the number of the lane that lane x + 5y moves to, which is y + 5((2x + 3y) mod 5).
  (data (i32.const 672)
    "\00\0a\14\05\0f"
    "\10\01\0b\15\06"
    "\07\11\02\0c\16"
    "\17\08\12\03\0d"
    "\0e\18\09\13\04")

  ;; iota: the 24 round constants, three on each line.
  (data (i32.const 704)
    "\01\00\00\00\00\00\00\00\82\80\00\00\00\00\00\00\8a\80\00\00\00\00\00\80"
    "\00\80\00\80\00\00\00\80\8b\80\00\00\00\00\00\00\01\00\00\80\00\00\00\00"
    "\81\80\00\80\00\00\00\80\09\80\00\00\00\00\00\80\8a\00\00\00\00\00\00\00"
    "\88\00\00\00\00\00\00\00\09\80\00\80\00\00\00\00\0a\00\00\80\00\00\00\00"
    "\8b\80\00\80\00\00\00\00\8b\00\00\00\00\00\00\80\89\80\00\00\00\00\00\80"
    "\03\80\00\00\00\00\00\80\02\80\00\00\00\00\00\80\80\00\00\00\00\00\00\80"
    "\0a\80\00\00\00\00\00\00\0a\00\00\80\00\00\00\80\81\80\00\80\00\00\00\80"
    "\80\80\00\00\00\00\00\80\01\00\00\80\00\00\00\00\08\80\00\80\00\00\00\80")

  (func (export "main")
    (local $offset i32) ;; how much of the input is in the state
    (local $rest i32)   ;; how much is not
    (local.set $rest (call $getCallDataSize))

    (block $last_block
      (loop $full_blocks
        (br_if $last_block (i32.lt_u (local.get $rest) (i32.const 136)))
        (call $callDataCopy (i32.const 200) (local.get $offset) (i32.const 136))
        (call $absorb)
        (local.set $offset (i32.add (local.get $offset) (i32.const 136)))
        (local.set $rest (i32.sub (local.get $rest) (i32.const 136)))
        (br $full_blocks)))

    ;; The last block is never full, perhaps empty. The padding fills it: 0x01, zeros, 0x80, and 0x81
    ;; where first and last are the same byte.
    (call $callDataCopy (i32.const 200) (local.get $offset) (local.get $rest))
    (i32.store8 offset=200 (local.get $rest) (i32.const 0x01))
    (i32.store8 (i32.const 335) (i32.or (i32.load8_u (i32.const 335)) (i32.const 0x80)))
    (call $absorb)
    (call $finish (i32.const 0) (i32.const 32)))

  ;; Mixes the block into the state, and leaves the block all zeros.
  (func $absorb
    (local $lane i32) ;; in bytes
    (loop $lanes
      (i64.store (local.get $lane)
        (i64.xor (i64.load (local.get $lane)) (i64.load offset=200 (local.get $lane))))
      (i64.store offset=200 (local.get $lane) (i64.const 0))
      (local.set $lane (i32.add (local.get $lane) (i32.const 8)))
      (br_if $lanes (i32.lt_u (local.get $lane) (i32.const 136))))
    (call $permute))

  ;; Keccak-f[1600]: 24 rounds.
  (func $permute
    (local $round i32) ;; in bytes of the table of constants
    (loop $rounds
      (call $theta)
      (call $rho_and_pi)
      (call $chi)
      ;; iota
      (i64.store (i32.const 0)
        (i64.xor (i64.load (i32.const 0)) (i64.load offset=704 (local.get $round))))
      (local.set $round (i32.add (local.get $round) (i32.const 8)))
      (br_if $rounds (i32.lt_u (local.get $round) (i32.const 192)))))

  ;; Adds to each lane the parities of the column before its own, and of the one after, rotated by one bit.
  (func $theta
    (local $x i32) ;; the column, in bytes
    (local $sum i64)
    (loop $columns
      (i64.store offset=352 (local.get $x)
        (i64.xor (i64.load (local.get $x))
          (i64.xor (i64.load offset=40 (local.get $x))
            (i64.xor (i64.load offset=80 (local.get $x))
              (i64.xor (i64.load offset=120 (local.get $x)) (i64.load offset=160 (local.get $x)))))))
      (local.set $x (i32.add (local.get $x) (i32.const 8)))
      (br_if $columns (i32.lt_u (local.get $x) (i32.const 40))))
    ;; Column 4 comes before column 0, and column 0 after column 4.
    (i64.store (i32.const 344) (i64.load (i32.const 384)))
    (i64.store (i32.const 392) (i64.load (i32.const 352)))

    (local.set $x (i32.const 0))
    (loop $columns
      (local.set $sum
        (i64.xor
          (i64.load offset=344 (local.get $x))
          (i64.rotl (i64.load offset=360 (local.get $x)) (i64.const 1))))
      (call $add_to_lane (local.get $x) (local.get $sum))
      (call $add_to_lane (i32.add (local.get $x) (i32.const 40)) (local.get $sum))
      (call $add_to_lane (i32.add (local.get $x) (i32.const 80)) (local.get $sum))
      (call $add_to_lane (i32.add (local.get $x) (i32.const 120)) (local.get $sum))
      (call $add_to_lane (i32.add (local.get $x) (i32.const 160)) (local.get $sum))
      (local.set $x (i32.add (local.get $x) (i32.const 8)))
      (br_if $columns (i32.lt_u (local.get $x) (i32.const 40)))))

  ;; Bits have no carry: adding them is xor.
  (func $add_to_lane (param $lane i32) (param $sum i64)
    (i64.store (local.get $lane) (i64.xor (i64.load (local.get $lane)) (local.get $sum))))

  ;; Rotates each lane and moves it to its new place, in the second set of lanes.
  (func $rho_and_pi
    (local $lane i32) ;; its number
    (loop $lanes
      (i64.store offset=440
        (i32.mul (i32.load8_u offset=672 (local.get $lane)) (i32.const 8))
        (i64.rotl
          (i64.load (i32.mul (local.get $lane) (i32.const 8)))
          (i64.load8_u offset=640 (local.get $lane))))
      (local.set $lane (i32.add (local.get $lane) (i32.const 1)))
      (br_if $lanes (i32.lt_u (local.get $lane) (i32.const 25)))))

  ;; Within each row: b0 + (not b1) b2, and so on around it. Takes the second set of lanes, and fills the state.
  (func $chi
    (local $row i32) ;; in bytes
    (local $b0 i64) (local $b1 i64) (local $b2 i64) (local $b3 i64) (local $b4 i64)
    (loop $rows
      (local.set $b0 (i64.load offset=440 (local.get $row)))
      (local.set $b1 (i64.load offset=448 (local.get $row)))
      (local.set $b2 (i64.load offset=456 (local.get $row)))
      (local.set $b3 (i64.load offset=464 (local.get $row)))
      (local.set $b4 (i64.load offset=472 (local.get $row)))
      (i64.store offset=0 (local.get $row)
        (i64.xor (local.get $b0) (i64.and (i64.xor (local.get $b1) (i64.const -1)) (local.get $b2))))
      (i64.store offset=8 (local.get $row)
        (i64.xor (local.get $b1) (i64.and (i64.xor (local.get $b2) (i64.const -1)) (local.get $b3))))
      (i64.store offset=16 (local.get $row)
        (i64.xor (local.get $b2) (i64.and (i64.xor (local.get $b3) (i64.const -1)) (local.get $b4))))
      (i64.store offset=24 (local.get $row)
        (i64.xor (local.get $b3) (i64.and (i64.xor (local.get $b4) (i64.const -1)) (local.get $b0))))
      (i64.store offset=32 (local.get $row)
        (i64.xor (local.get $b4) (i64.and (i64.xor (local.get $b0) (i64.const -1)) (local.get $b1))))
      (local.set $row (i32.add (local.get $row) (i32.const 40)))
      (br_if $rows (i32.lt_u (local.get $row) (i32.const 200))))))
