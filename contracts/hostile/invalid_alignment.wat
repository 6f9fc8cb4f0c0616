;; expect: refused: valid WebAssembly: alignment is at most natural
(module
  (memory (export "memory") 1)
  (func (export "main")
    (drop (i32.load align=8 (i32.const 0)))))
