;; expect: SUCCESS
(module
  (memory (export "memory") 1 2)
  (func (export "main")
    (if (i32.ne (memory.grow (i32.const 1)) (i32.const 1))
      (then (unreachable)))
    (if (i32.ne (memory.grow (i32.const 1)) (i32.const -1))
      (then (unreachable)))))
