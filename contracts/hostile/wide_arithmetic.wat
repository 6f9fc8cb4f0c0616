;; expect: refused: no wide arithmetic
(module
  (memory (export "memory") 1)
  (func (export "main")
    (i64.add128 (i64.const 0) (i64.const 0) (i64.const 0) (i64.const 0))
    drop
    drop))
