//! Clients as they are on npm and PyPI, where these can be had.

use super::root;
use std::process::Command;

/// ethers, viem, Foundry's cast, and the comparison with Anvil. They need `npm ci --prefix node/clients`.
#[test]
fn clients_of_today_work_with_it() {
    let clients = root().join("node/clients");
    if !clients.join("node_modules/.bin/anvil").exists() {
        eprintln!("left out: the clients are not there (npm ci --prefix node/clients)");
        return;
    }
    for script in ["compare", "ethers", "viem", "foundry"] {
        let output = Command::new("node")
            .arg(clients.join(format!("{script}.mjs")))
            .env("HEBE", env!("CARGO_BIN_EXE_hebe"))
            .output();
        let Ok(output) = output else {
            eprintln!("left out: there is no Node.js");
            return;
        };
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(
            output.status.success(),
            "{script}: {}{}",
            text(&output.stdout),
            text(&output.stderr)
        );
    }
}
