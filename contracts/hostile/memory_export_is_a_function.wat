;; expect: refused: the export memory must be a memory
(module
  (memory 1)
  (func (export "main"))
  (func (export "memory")))
