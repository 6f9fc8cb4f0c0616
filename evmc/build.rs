//! How the library is linked.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // Handlers of signals and of forks point into the library, and threads of its may be on their way out
    // when a client closes it. So it stays, as Go and the JVM keep theirs.
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "linux") {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
}
