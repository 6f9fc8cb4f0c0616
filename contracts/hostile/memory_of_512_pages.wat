;; expect: SUCCESS
(module
  (memory (export "memory") 512)
  (func (export "main")
    ;; The last 4 bytes:
    (i32.store (i32.const 0x1fffffc) (i32.const 1))))
