;; expect: refused: valid WebAssembly: operands have the right types
(module
  (memory (export "memory") 1)
  (func (export "main")
    (drop (i32.add (i32.const 1) (i64.const 1)))))
