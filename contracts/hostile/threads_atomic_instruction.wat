;; expect: refused: no threads
(module
  (memory (export "memory") 1)
  (func (export "main")
    (drop (i32.atomic.load (i32.const 0)))))
