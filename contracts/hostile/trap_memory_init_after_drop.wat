;; expect: INVALID_MEMORY_ACCESS
(module
  (memory (export "memory") 1)
  (data $text "text")
  (func (export "main")
    (data.drop $text)
    (memory.init $text (i32.const 0) (i32.const 0) (i32.const 1))))
