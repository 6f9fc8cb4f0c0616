;; expect: refused: no garbage-collected types
(module
  (memory (export "memory") 1)
  (func (export "main")
    (drop (ref.i31 (i32.const 1)))))
