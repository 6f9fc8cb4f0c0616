//! `hebe completions` and `hebe man`.

use crate::support::Shell;

#[test]
fn completions_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ended = Shell::new().hebe(&format!("completions {shell}"));
        assert_eq!(ended.code(), 0);
        assert!(ended.text().contains("deploy") && ended.text().contains("gas-report"), "{shell}");
    }
    Shell::new().hebe("completions tcsh").refuses("possible values: bash");
}

#[test]
fn a_manual_of_all_commands() {
    let shell = Shell::new();
    assert!(shell.hebe("man").text().contains(".TH hebe 1"));
    assert_eq!(shell.hebe("man --folder pages").code(), 0);
    assert!(shell.read("pages/hebe-deploy.1").contains("Deploy a contract"));
}

#[test]
fn no_colours_in_a_pipe() {
    let shell = Shell::new();
    shell.write("a.wat", r#"(module (memory (export "memory") 1) (func (export "main")))"#);
    assert!(!shell.hebe("deploy a.wat").text().contains('\x1b'));
}
