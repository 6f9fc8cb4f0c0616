;; Does nothing and succeeds: the smallest contract there is. A benchmark measures with it what a
;; message costs before the contract does anything.
;;
;;   input   ignored
;;   output  nothing
(module
  (memory (export "memory") 1 1)
  (func (export "main")))
