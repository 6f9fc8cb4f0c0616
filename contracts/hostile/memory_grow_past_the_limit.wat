;; expect: SUCCESS
;; 1 + 512 pages are one too many: -1, and nothing has changed.
(module
  (memory (export "memory") 1)
  (func (export "main")
    (if (i32.ne (memory.grow (i32.const 512)) (i32.const -1))
      (then (unreachable)))
    (if (i32.ne (memory.size) (i32.const 1))
      (then (unreachable)))))
