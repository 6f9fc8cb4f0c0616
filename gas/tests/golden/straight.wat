;; Code without control flow pays one charge.
(module
  (func (export "main") (local i32 i64)
    i32.const 7
    local.set 0
    local.get 0
    i64.extend_i32_u
    local.tee 1
    drop)
  (memory (export "memory") 1))
