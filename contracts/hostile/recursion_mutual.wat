;; expect: STACK_OVERFLOW
(module
  (memory (export "memory") 1)
  (func $ping
    (call $pong))
  (func $pong
    (call $ping))
  (func (export "main")
    (call $ping)))
