;; expect: SUCCESS
;; A declared maximum of 4 GiB is allowed, and doesn't lift the limit of 512 pages.
(module
  (memory (export "memory") 1 65536)
  (func (export "main")
    (if (i32.ne (memory.grow (i32.const 512)) (i32.const -1))
      (then (unreachable)))))
