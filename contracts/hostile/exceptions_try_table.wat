;; expect: refused: no exceptions
(module
  (memory (export "memory") 1)
  (func (export "main")
    (block $caught
      (try_table (catch_all $caught)))))
