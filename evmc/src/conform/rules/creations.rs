//! Creations: what is sent, whose address the new contract has, and what can't be created.

use super::super::{
    Check, Code, Rule, Subject,
    evm::{Evm, op},
    host::{Asked, ended},
    programs::{CREATED, RECIPIENT, word},
    scene::{GAS, Scene, Verdict, padded},
};
use hebe_host::{Address, Bytes32, CallKind, Revision, StatusCode, U256};

pub(super) const RULES: &[Rule] = &[
    Rule::must("create", "evmc.h, EVMC_CREATE",
        "CREATE is sent with the init code as its input, one deeper.", Check::Each(create)),
    Rule::must("create2", "EIP-1014; evmc.h, EVMC_CREATE2",
        "CREATE2 is sent with the init code as its input (and, up to ABI 13, with the salt).",
        Check::Evm(create2)).since(Revision::Petersburg),
    Rule::must("create-address", "evmc.h, evmc_result::create_address",
        "The address of a new contract is the one that the host answers with.",
        Check::Each(create_address)).abis(9..=13),
    Rule::must("create-computes-address", "ABI 18, evmc_message::recipient; Yellow Paper, 7",
        "The VM computes the address of a new contract from its creator's nonce, and sends it.",
        Check::Evm(computes_address)).abis(18..=18),
    Rule::must("create2-computes-address", "ABI 18, evmc_message::recipient; EIP-1014",
        "The VM computes the address of a new contract from creator, salt and init code, and sends it.",
        Check::Evm(computes_address2)).abis(18..=18),
    Rule::must("create-nonce-limit", "EIP-2681; ABI 18, evmc_get_nonce_fn",
        "An account with the nonce 2^64 - 1 creates nothing, and goes on; the host is not asked.",
        Check::Evm(nonce_limit)).abis(18..=18),
    Rule::must("create-warms-address", "EIP-2929; ABI 18",
        "The address of a new contract is accessed before the creation.",
        Check::Evm(warms_address)).abis(18..=18),
    Rule::must("create-returns", "EIP-211",
        "After a creation there is return data only if it reverted.", Check::Evm(returns)),
    Rule::must("create-gas", "EIP-150; Yellow Paper, appendix G",
        "A creation costs 32,000, and gets all but one 64th of the gas.", Check::Evm(gas)),
    Rule::must("create-depth", "Yellow Paper, 7; evmc.h, evmc_message::depth",
        "At depth 1,024 nothing is created, and the creator goes on; the host is not asked.",
        Check::Each(depth)),
    Rule::must("create-balance", "Yellow Paper, 7; evmc.h, evmc_call_fn",
        "Whoever has too little to send creates nothing, and goes on; the host is not asked.",
        Check::Each(balance)),
    Rule::must("init-code-limit", "EIP-3860",
        "From Shanghai on, init code of more than 49,152 bytes fails its creator.",
        Check::Evm(init_code_limit)).since(Revision::Shanghai),
];

/// Creates with a value of 7 and the init code `00`, and ends with the address.
fn program2(salt: Bytes32) -> Vec<u8> {
    let code = Evm::new().store(&[0]).push(&salt.0).number(1).number(31).number(7);
    code.op(op::CREATE2).give_top()
}

fn sent_is_right(scene: &Scene<'_>, kind: CallKind, value: u64) -> Verdict {
    let sent = scene.sent()?;
    scene.equal("the kind that is sent", kind, sent.kind)?;
    scene.equal("the input that is sent", &[0][..], &sent.input)?;
    scene.equal("the sender that is sent", RECIPIENT, sent.sender)?;
    scene.equal("the value that is sent", U256::from(value), sent.value)?;
    scene.equal("the depth that is sent", 4, sent.depth)?;
    scene.equal("whether it is sent as static", false, sent.is_static)
}

fn create(subject: &Subject, code: Code) -> Verdict {
    let vm = subject.vm()?;
    for value in [0, 7] {
        let mut scene = Scene::new(code, code.creates(value));
        scene.message.depth = 3;
        scene.succeeds(&vm)?;
        sent_is_right(&scene, CallKind::Create, value.into())?;
    }
    Ok(())
}

fn create2(subject: &Subject) -> Verdict {
    let mut scene = Scene::evm(program2(word(0x21)));
    scene.message.depth = 3;
    scene.succeeds(&subject.vm()?)?;
    sent_is_right(&scene, CallKind::Create2, 7)?;
    if subject.abi() <= 13 {
        scene.equal("the salt that is sent", word(0x21), scene.sent()?.create2_salt)?;
    }
    Ok(())
}

/// The output where nothing was created, or the contract at this address.
fn output(code: Code, address: Option<Address>) -> Vec<u8> {
    let created = address.unwrap_or_default();
    match code {
        Code::Evm => padded(created).0.to_vec(),
        Code::Wasm => [&[code.answer(address.is_some())][..], &created.0].concat(),
    }
}

fn create_address(subject: &Subject, code: Code) -> Verdict {
    let vm = subject.vm()?;
    Scene::new(code, code.creates(0)).gives(&vm, &output(code, Some(CREATED)))?;
    if code == Code::Evm {
        Scene::evm(program2(word(1))).gives(&vm, &output(code, Some(CREATED)))?;
    }
    Ok(())
}

/// An address in hex.
fn known(text: &str) -> Address {
    text.parse().unwrap_or_default()
}

/// The code gives this address, and the message has it as its recipient.
fn has_address(subject: &Subject, mut scene: Scene<'_>, address: Address) -> Verdict {
    scene.gives(&subject.vm()?, &padded(address).0)?;
    scene.equal("the recipient that is sent", address, scene.sent()?.recipient)
}

fn computes_address(subject: &Subject) -> Verdict {
    // The contracts of a well-known account, by its nonce.
    for (nonce, address) in [
        (0, "cd234a471b72ba2f1ccf0a70fcaba648a5eecd8d"),
        (1, "343c43a37d37dff08ae8c4a11544c718abb4fcf8"),
        (2, "f778b86fa74e846c4f0a1fbd1335fe81c00a0c91"),
    ] {
        let mut scene = Scene::evm(Code::Evm.creates(0));
        scene.message.recipient = known("6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0");
        scene.message.code_address = scene.message.recipient;
        scene.host.nonce = nonce;
        has_address(subject, scene, known(address))?;
    }
    // A nonce of several bytes.
    let mut scene = Scene::evm(Code::Evm.creates(0));
    scene.host.nonce = 0x0123_4567_89ab;
    let address = hebe_host::create_address(RECIPIENT, scene.host.nonce);
    has_address(subject, scene, address)
}

fn computes_address2(subject: &Subject) -> Verdict {
    let zero = "00".repeat(20);
    let feed = "000000000000000000000000feed000000000000000000000000000000000000";
    for (sender, salt, address) in [
        (zero.as_str(), &"0".repeat(64)[..], "4d1a2e2bb4f88f0250f26ffff098b0b30b26bf38"),
        (
            "deadbeef00000000000000000000000000000000",
            &"0".repeat(64),
            "b928f69bb1d91cd65274e3c79d8986362984fda3",
        ),
        (
            "deadbeef00000000000000000000000000000000",
            feed,
            "d04116cdd17bebe565eb2422f2497e06cc1c9833",
        ),
    ] {
        let mut scene = Scene::evm(program2(salt.parse().unwrap_or_default()));
        scene.message.recipient = known(sender);
        scene.message.code_address = scene.message.recipient;
        has_address(subject, scene, known(address))?;
    }
    Ok(())
}

fn nonce_limit(subject: &Subject) -> Verdict {
    let vm = subject.vm()?;
    for code in [Code::Evm.creates(0), program2(word(1))] {
        let mut scene = Scene::evm(code);
        scene.host.nonce = u64::MAX;
        let result = scene.gives(&vm, &[0; 32])?;
        scene.sent_nothing()?;
        scene.equal("whether its gas comes back", true, result.gas_left > GAS / 2)?;
        scene.host.nonce = u64::MAX - 1;
        scene.succeeds(&vm)?;
        scene.sent()?;
    }
    Ok(())
}

fn warms_address(subject: &Subject) -> Verdict {
    let mut scene = Scene::evm(Code::Evm.creates(0));
    scene.succeeds(&subject.vm()?)?;
    let created = scene.sent()?.recipient;
    scene.was_asked(&Asked::AccessAccount(created))?;
    let place = |wanted: fn(&Asked) -> bool| scene.host.asked.iter().position(wanted);
    let accessed = scene.host.asked.iter().position(|it| *it == Asked::AccessAccount(created));
    let called = place(|asked| matches!(asked, Asked::Call(_)));
    scene.equal("whether the access comes before the call", true, accessed < called)
}

fn returns(subject: &Subject) -> Verdict {
    let vm = subject.vm()?;
    for (status, data) in [
        (StatusCode::Success, &b"deployed"[..]),
        (StatusCode::Revert, b"reason"),
        (StatusCode::Failure, b""),
    ] {
        let code = Evm::new().store(&[0]).number(1).number(31).number(0).op(op::CREATE);
        // Whether there is an address, as 0 or 1.
        let mut scene = Scene::evm(code.op(0x15).op(0x15).give_answer());
        scene.host.callee = Box::new(move |_| ended(status, 0, data));
        let wanted = match status {
            StatusCode::Success => vec![1],
            _ => [&[0], data].concat(),
        };
        scene.gives(&vm, &wanted)?;
    }
    Ok(())
}

fn gas(subject: &Subject) -> Verdict {
    let mut scene = Scene::evm(Evm::new().zeros(3).op(op::CREATE).code());
    let result = scene.succeeds(&subject.vm()?)?;
    let rest = GAS - 3 * 3 - 32_000;
    scene.equal("the gas that is sent", rest - rest / 64, scene.sent()?.gas)?;
    scene.equal("gas left", rest, result.gas_left)
}

fn depth(subject: &Subject, code: Code) -> Verdict {
    let vm = subject.vm()?;
    let mut scene = Scene::new(code, code.creates(0));
    scene.message.depth = 1024;
    let result = scene.succeeds(&vm)?;
    created_nothing(&scene, code, &result.output)
}

fn balance(subject: &Subject, code: Code) -> Verdict {
    let vm = subject.vm()?;
    let mut scene = Scene::new(code, code.creates(8));
    scene.host.balance = 7.into();
    let result = scene.succeeds(&vm)?;
    created_nothing(&scene, code, &result.output)?;
    scene.host.balance = 8.into();
    scene.succeeds(&vm)?;
    scene.sent().map(drop)
}

fn created_nothing(scene: &Scene<'_>, code: Code, given: &[u8]) -> Verdict {
    scene.sent_nothing()?;
    // Nobody says what a contract in WebAssembly gets as an address where there is none.
    let compared = match code {
        Code::Evm => 32,
        Code::Wasm => 1,
    };
    let wanted = &output(code, None)[..compared];
    scene.equal("the answer to a creation that failed", Some(wanted), given.get(..compared))
}

fn init_code_limit(subject: &Subject) -> Verdict {
    let vm = subject.vm()?;
    for opcode in [op::CREATE, op::CREATE2] {
        for (size, fits) in [(49_152, true), (49_153, false)] {
            let code = Evm::new().number(0).number(size).zeros(2).op(opcode).code();
            let mut scene = Scene::evm(code).at(Revision::Shanghai);
            if fits {
                scene.succeeds(&vm)?;
                scene.sent()?;
            } else {
                scene.fails(&vm)?;
                scene.sent_nothing()?;
            }
        }
    }
    Ok(())
}
