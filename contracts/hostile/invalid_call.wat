;; expect: refused: valid WebAssembly: functions exist
(module
  (memory (export "memory") 1)
  (func (export "main")
    (call 1)))
