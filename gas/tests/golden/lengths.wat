;; What costs by its length is charged before it acts.
(module
  (table 1 8 funcref)
  (elem $e func $main)
  (data $d "data")
  (func $main (export "main")
    (drop (memory.grow (i32.const 2)))
    (memory.fill (i32.const 0) (i32.const 1) (i32.const 33))
    (memory.copy (i32.const 0) (i32.const 1) (i32.const 33))
    (memory.init $d (i32.const 0) (i32.const 1) (i32.const 3))
    data.drop $d
    (table.init $e (i32.const 0) (i32.const 0) (i32.const 1))
    (table.copy (i32.const 0) (i32.const 0) (i32.const 1))
    (table.fill (i32.const 0) (ref.null func) (i32.const 1))
    (drop (table.grow (ref.null func) (i32.const 1)))
    (table.set (i32.const 0) (table.get (i32.const 0)))
    (drop (table.size))
    elem.drop $e)
  (memory (export "memory") 1 3))
