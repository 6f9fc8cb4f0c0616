//! Clients as they are on npm and PyPI, and a browser, where these can be had.

use super::root;
use std::{path::Path, process::Command};

/// ethers, viem, Foundry's cast, and the comparison with Anvil. They need `npm ci --prefix node/clients`.
#[test]
fn clients_of_today_work_with_it() {
    let clients = root().join("node/clients");
    if !clients.join("node_modules/.bin/anvil").exists() {
        eprintln!("left out: the clients are not there (npm ci --prefix node/clients)");
        return;
    }
    for script in ["compare", "ethers", "viem", "foundry"] {
        run(script);
    }
}

/// The page in a browser. It needs `npm ci --prefix node/clients`, and Chromium.
#[test]
fn the_page_works_in_a_browser() {
    let has_client = root().join("node/clients/node_modules/puppeteer-core").exists();
    let chromium = std::env::var("CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".to_owned());
    if !has_client || !Path::new(&chromium).exists() {
        eprintln!(
            "left out: the browser is not there (npm ci --prefix node/clients, apt-get install chromium)"
        );
        return;
    }
    run("page");
}

/// Runs a script of node/clients against this program.
fn run(script: &str) {
    let output = Command::new("node")
        .arg(root().join(format!("node/clients/{script}.mjs")))
        .env("HEBE", env!("CARGO_BIN_EXE_hebe"))
        .output();
    let Ok(output) = output else {
        eprintln!("left out: there is no Node.js");
        return;
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{script}: {}{}", text(&output.stdout), text(&output.stderr));
}
