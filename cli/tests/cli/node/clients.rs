//! Clients as they are on npm and PyPI, and a browser, where these can be had.

use super::{Node, hebe, root};
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

/// A project of Hardhat 3. It needs the packages of `node/clients/hardhat`, and the newer Node.js of `node/clients`.
#[test]
fn hardhat_works_with_it() {
    if !root().join("node/clients/hardhat/node_modules/@nomicfoundation/edr").exists() {
        eprintln!(
            "left out: Hardhat is not there (npm ci --prefix node/clients/hardhat, with Node.js 22)"
        );
        return;
    }
    run("hardhat");
}

/// web3.py, in the Python that the variable PYTHON names.
#[test]
fn web3_py_works_with_it() {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has_it = Command::new(&python).args(["-c", "import web3"]).output();
    if !has_it.is_ok_and(|output| output.status.success()) {
        eprintln!("left out: web3.py is not there (pip install web3; PYTHON names another Python)");
        return;
    }
    let node = Node::start(&[]);
    let token = root().join("contracts/wasm/erc20_rust.wasm").display().to_string();
    let (text, problem, _) =
        hebe(&["deploy", &token, "1000000", "--as", "token", "--json", "--rpc", &node.url]);
    let report: serde_json::Value = serde_json::from_str(&text).expect(&problem);
    let output = Command::new(python)
        .arg(root().join("node/clients/web3.py"))
        .args([&node.url, report["created"].as_str().expect("it is created")])
        .arg(root().join("contracts/wasm/erc20_rust.abi.json"))
        .output()
        .expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
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
