;; expect: refused: a block has 16 results at most
(module
  (memory (export "memory") 1)
  (func (export "main")
    (block (result i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)
      (unreachable))
    (unreachable)))
