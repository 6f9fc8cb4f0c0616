;; expect: refused: no exceptions
(module
  (memory (export "memory") 1)
  (func (export "main")
    try
    catch_all
    end))
