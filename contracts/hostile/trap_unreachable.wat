;; expect: WASM_UNREACHABLE_INSTRUCTION
(module
  (memory (export "memory") 1)
  (func (export "main")
    (unreachable)))
