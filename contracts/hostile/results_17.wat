;; expect: refused: a function has 16 results at most
(module
  (func (result i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)
    (unreachable))
  (memory (export "memory") 1)
  (func (export "main")))
