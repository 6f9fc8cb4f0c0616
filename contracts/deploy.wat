;; Init code for any contract that has nothing to set up: it returns the contract that it carries.
;;
;; Init code runs once, when a contract is created, and what it finishes with becomes the contract. This
;; module can't know what it will carry, so the contract (the "runtime") is appended to the compiled
;; module as a custom section, which WebAssembly ignores:
;;
;;   this module | 0x00, section size | 7, "runtime" | the runtime's bytes | their number, 4 bytes little-endian
;;
;; README.md says how to put the two together.
(module
  (import "ethereum" "getCodeSize" (func $getCodeSize (result i32)))
  (import "ethereum" "codeCopy" (func $codeCopy (param $result i32) (param $offset i32) (param $length i32)))
  (import "ethereum" "finish" (func $finish (param $data i32) (param $length i32)))

  (memory (export "memory") 1)

  (func (export "main")
    (call $finish_with_runtime))

  ;; Does not return.
  (func $finish_with_runtime
    (local $end i32)    ;; where the runtime ends in the code
    (local $length i32)
    (local.set $end (i32.sub (call $getCodeSize) (i32.const 4)))
    (call $codeCopy (i32.const 0) (local.get $end) (i32.const 4))
    (local.set $length (i32.load (i32.const 0)))

    ;; The runtime goes to the start of memory. One page is there. For each full 64 KiB, take one more.
    (if (i32.ge_u (local.get $length) (i32.const 65536))
      (then
        (if (i32.eq (memory.grow (i32.shr_u (local.get $length) (i32.const 16))) (i32.const -1))
          (then (unreachable)))))
    ;; If no runtime was appended, the length is some accident, and the copy fails or is garbage.
    (call $codeCopy
      (i32.const 0)
      (i32.sub (local.get $end) (local.get $length))
      (local.get $length))
    (call $finish (i32.const 0) (local.get $length))))
