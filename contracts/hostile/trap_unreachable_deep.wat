;; expect: WASM_UNREACHABLE_INSTRUCTION
(module
  (memory (export "memory") 1)
  (func $down (param $steps i32)
    (if (i32.eqz (local.get $steps)) (then (unreachable)))
    (call $down (i32.sub (local.get $steps) (i32.const 1))))
  (func (export "main")
    (call $down (i32.const 100))))
