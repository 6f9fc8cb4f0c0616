;; expect: SUCCESS
(module
  (memory (export "memory") 1)
  (func (export "main")
    (if (i32.ne (memory.grow (i32.const 511)) (i32.const 1))
      (then (unreachable)))
    ;; The last 4 bytes:
    (i32.store (i32.const 0x1fffffc) (i32.const 1))
    (if (i32.ne (memory.grow (i32.const 1)) (i32.const -1))
      (then (unreachable)))))
