use super::*;
use crate::{Account, Report, Transaction, Words, keccak256};
use hebe_host::{Bytes32, Host, Revision, U256, recording::Subject};
use std::cell::RefCell;

/// A machine whose code is a name, and whose behaviour is a function over that name.
struct Script<F>(F);

impl<F: Fn(&Message<'_>, &str, &mut dyn Host) -> CallResult> Machine for Script<F> {
    fn execute(
        &self,
        _: Revision,
        message: &Message<'_>,
        code: &[u8],
        host: &mut dyn Host,
    ) -> Execution {
        (self.0)(message, str::from_utf8(code).unwrap(), host).into()
    }

    fn subject(&self, revision: Revision, message: &Message<'_>, code: &[u8]) -> Subject {
        hebe_vm::Vm::default().subject(revision, message, code)
    }
}

const USER: Address = Address::repeat_byte(0x11);
const A: Address = Address::repeat_byte(0xaa);
const B: Address = Address::repeat_byte(0xbb);
const KEY: Bytes32 = Bytes32::repeat_byte(0x01);

fn result(status: StatusCode, gas_left: i64, output: &[u8]) -> CallResult {
    CallResult { status, output: output.to_vec(), ..failed_with(gas_left) }
}

fn failed_with(gas_left: i64) -> CallResult {
    CallResult { gas_left, ..failed(StatusCode::Failure, "").result }
}

fn ok(gas_left: i64) -> CallResult {
    result(StatusCode::Success, gas_left, b"")
}

/// A user with 100 wei, and contracts `a` and `b` with 10 wei each.
fn chain() -> Chain {
    let contract = |code: &str| Account {
        balance: 10.into(),
        nonce: 1,
        code: code.as_bytes().into(),
        ..Account::default()
    };
    let user = Account { balance: 100.into(), ..Account::default() };
    let accounts = [(USER, user), (A, contract("a")), (B, contract("b"))];
    Chain::new(Revision::Byzantium, accounts.into())
}

fn transaction(to: Option<Address>, input: &str, value: u64) -> Transaction {
    Transaction {
        from: USER,
        to,
        input: input.into(),
        value: value.into(),
        gas: 100_000,
        is_static: false,
    }
}

/// Runs a transaction to contract A, which does what `script` says.
fn run(
    chain: &mut Chain,
    value: u64,
    script: impl Fn(&Message<'_>, &str, &mut dyn Host) -> CallResult,
) -> Report {
    chain.run(&Script(script), &transaction(Some(A), "", value))
}

/// A message from A, as a contract would send it.
fn from_a(kind: CallKind, target: Address, value: u64) -> Message<'static> {
    let keeps_account = matches!(kind, CallKind::CallCode | CallKind::DelegateCall);
    Message {
        kind,
        is_static: false,
        is_delegated: false,
        depth: 1,
        gas: 50_000,
        recipient: if keeps_account { A } else { target },
        sender: A,
        input: b"",
        value: value.into(),
        create2_salt: Bytes32::zero(),
        code_address: target,
    }
}

#[test]
fn success_keeps_everything_and_reports_it() {
    let mut chain = chain();
    let report = run(&mut chain, 7, |message, code, host| {
        assert_eq!((code, message.depth, message.sender), ("a", 0, USER));
        assert_eq!(host.get_tx_context().unwrap().tx_origin, USER);
        host.set_storage(A, KEY, KEY).unwrap();
        host.emit_log(A, b"data", &[KEY]).unwrap();
        result(StatusCode::Success, 60_000, b"out")
    });
    assert_eq!(
        (report.status, report.gas_used, report.gas_left),
        (StatusCode::Success, 40_000, 60_000)
    );
    assert_eq!(report.output, b"out");
    assert_eq!(report.logs.len(), 1);
    assert_eq!(report.storage.len(), 1);
    assert_eq!((report.storage[0].account, report.storage[0].word.after), (A, KEY));
    assert_eq!(report.balances[&USER].after, 93.into());
    assert_eq!(report.balances[&A].before, 10.into());
    assert_eq!(report.balances[&A].after, 17.into());
    assert_eq!(report.nonces[&USER].after, 1);
    assert_eq!(chain.state.storage(A, KEY), KEY);
}

#[test]
fn anything_else_undoes_all_but_the_nonce() {
    for status in [StatusCode::Revert, StatusCode::OutOfGas] {
        let mut chain = chain();
        let report = run(&mut chain, 7, |_, _, host| {
            host.set_storage(A, KEY, KEY).unwrap();
            host.emit_log(A, b"data", &[]).unwrap();
            host.selfdestruct(A, B).unwrap();
            result(status, 0, b"out")
        });
        assert_eq!((report.status, report.gas_used), (status, 100_000));
        assert!(report.logs.is_empty() && report.storage.is_empty());
        assert!(report.balances.is_empty() && report.destructed.is_empty());
        assert_eq!(report.nonces.len(), 1);
        assert_eq!(chain.state.balance(A), 10.into());
        assert_eq!(chain.state.nonce(USER), 1);
    }
}

#[test]
fn a_failed_nested_call_has_no_effects_and_its_caller_goes_on() {
    let mut chain = chain();
    let report = run(&mut chain, 0, |_, code, host| match code {
        "a" => {
            host.set_storage(A, KEY, KEY).unwrap();
            let answer = host.call(&from_a(CallKind::Call, B, 3)).unwrap();
            assert_eq!(answer, result(StatusCode::Revert, 5, b"no"));
            assert_eq!(host.get_balance(A).unwrap(), 10.into());
            ok(0)
        }
        _ => {
            assert_eq!(host.get_balance(B).unwrap(), 13.into());
            host.set_storage(B, KEY, KEY).unwrap();
            result(StatusCode::Revert, 5, b"no")
        }
    });
    assert_eq!(report.storage.len(), 1, "A's alone");
    assert!(report.balances.is_empty());
}

#[test]
fn which_code_runs_where_and_what_moves() {
    for (kind, moved) in [(CallKind::Call, 3), (CallKind::CallCode, 0), (CallKind::DelegateCall, 0)]
    {
        let mut chain = chain();
        run(&mut chain, 0, |message, code, host| {
            if code == "a" {
                return host.call(&from_a(kind, B, 3)).unwrap();
            }
            assert_eq!((code, message.kind, message.value), ("b", kind, 3.into()));
            ok(0)
        });
        assert_eq!(chain.state.balance(B), (10 + moved).into(), "{kind:?}");
    }
}

#[test]
fn what_can_not_start_keeps_its_gas() {
    let mut chain = chain();
    run(&mut chain, 0, |_, _, host| {
        for kind in [CallKind::Call, CallKind::CallCode, CallKind::Create, CallKind::Create2] {
            let answer = host.call(&from_a(kind, B, 11)).unwrap();
            assert_eq!((answer.status, answer.gas_left), (StatusCode::InsufficientBalance, 50_000));
        }
        let too_deep = Message { depth: 1025, ..from_a(CallKind::Call, B, 0) };
        let answer = host.call(&too_deep).unwrap();
        assert_eq!((answer.status, answer.gas_left), (StatusCode::CallDepthExceeded, 50_000));
        ok(0)
    });
    assert_eq!(chain.state.nonce(A), 1, "no creation began");
}

#[test]
fn a_transaction_that_can_not_be_paid_for_changes_nothing() {
    for to in [Some(A), None] {
        let mut chain = chain();
        let before = chain.state.accounts().clone();
        let machine = Script(|_: &Message<'_>, _: &str, _: &mut dyn Host| unreachable!());
        let report = chain.run(&machine, &transaction(to, "", 101));
        assert_eq!((report.status, report.gas_used), (StatusCode::InsufficientBalance, 0));
        assert_eq!(*chain.state.accounts(), before);
    }
}

#[test]
fn the_deepest_message_runs() {
    let report = run(&mut chain(), 0, |_, code, host| match code {
        "a" => host.call(&Message { depth: 1024, ..from_a(CallKind::Call, B, 0) }).unwrap(),
        _ => ok(0),
    });
    assert_eq!(report.status, StatusCode::Success);
}

#[test]
fn a_delegate_call_needs_no_balance() {
    let report = run(&mut chain(), 0, |_, code, host| match code {
        "a" => host.call(&from_a(CallKind::DelegateCall, B, 1_000)).unwrap(),
        _ => ok(0),
    });
    assert_eq!(report.status, StatusCode::Success);
}

#[test]
fn an_account_without_code_succeeds_at_once() {
    let nobody = Address::repeat_byte(0xcc);
    let machine = Script(|_: &Message<'_>, _: &str, _: &mut dyn Host| unreachable!());
    let mut chain = chain();
    let report = chain.run(&machine, &transaction(Some(nobody), "", 0));
    assert_eq!((report.status, report.gas_used), (StatusCode::Success, 0));
    assert!(chain.state.account(nobody).is_none(), "nothing was sent, so nobody is there");
    chain.run(&machine, &transaction(Some(nobody), "", 1));
    assert!(chain.state.exists(nobody));
}

#[test]
fn a_static_message_moves_nothing_and_creates_nothing() {
    let mut chain = chain();
    let is_static = true;
    for (kind, value) in [(CallKind::Call, 1), (CallKind::Create, 0), (CallKind::Create2, 0)] {
        run(&mut chain, 0, |_, _, host| {
            let answer = host.call(&Message { is_static, ..from_a(kind, B, value) }).unwrap();
            assert_eq!(answer.status, StatusCode::StaticModeViolation);
            ok(0)
        });
    }
    let before = chain.state.accounts().clone();
    let machine = Script(|_: &Message<'_>, _: &str, _: &mut dyn Host| ok(0));
    chain.run(&machine, &Transaction { is_static, ..transaction(Some(A), "", 0) });
    assert_eq!(*chain.state.accounts(), before, "not even the nonce");
}

/// Creates a contract whose init code is `init` and finishes with `deployed` and 50,000 gas left.
fn create(chain: &mut Chain, value: u64, deployed: &[u8]) -> Report {
    let machine = Script(|_: &Message<'_>, _: &str, _: &mut dyn Host| {
        result(StatusCode::Success, 50_000, deployed)
    });
    chain.run(&machine, &transaction(None, "init", value))
}

#[test]
fn a_creation_stores_its_code_for_200_gas_a_byte() {
    let mut chain = chain();
    let report = create(&mut chain, 5, b"code");
    let address = create_address(USER, 0);
    assert_eq!((report.status, report.created), (StatusCode::Success, Some(address)));
    assert_eq!((report.gas_used, report.output), (50_000 + 4 * 200, vec![]));
    let created = chain.state.account(address).unwrap();
    assert_eq!((&*created.code, created.nonce, created.balance), (&b"code"[..], 1, 5.into()));
    assert_eq!(chain.state.nonce(USER), 1);
}

#[test]
fn init_code_runs_on_the_new_account_without_input() {
    let seen = RefCell::new(None);
    let machine = Script(|message: &Message<'_>, code: &str, host: &mut dyn Host| {
        let balance = host.get_balance(message.recipient).unwrap();
        assert_eq!((code, message.input, balance), ("init", &b""[..], 5.into()));
        assert_eq!(host.get_code_size(message.recipient).unwrap(), 0);
        *seen.borrow_mut() = Some(message.recipient);
        ok(0)
    });
    let report = chain().run(&machine, &transaction(None, "init", 5));
    assert_eq!(report.created, *seen.borrow());
}

#[test]
fn code_that_can_not_be_paid_for_fails_the_creation() {
    let mut chain = chain();
    assert_eq!(create(&mut chain, 0, &[b'x'; 250]).status, StatusCode::Success);
    let report = create(&mut chain, 5, &[b'x'; 251]);
    assert_eq!((report.status, report.gas_used), (StatusCode::OutOfGas, 100_000));
    assert_eq!(report.reason.unwrap(), "out of gas: storing 251 bytes of code costs 50200");
    assert!(chain.state.account(create_address(USER, 1)).is_none());
    assert_eq!((chain.state.nonce(USER), chain.state.balance(USER)), (2, 100.into()));
}

#[test]
fn code_size_is_limited_where_the_chain_says_so() {
    let mut chain = chain();
    chain.max_code_size = Some(4);
    assert_eq!(create(&mut chain, 0, b"1234").status, StatusCode::Success);
    let report = create(&mut chain, 0, b"12345");
    assert_eq!((report.status, report.gas_used), (StatusCode::Failure, 100_000));
}

#[test]
fn a_taken_address_fails_the_creation_and_takes_its_gas() {
    let taken = [
        Account { nonce: 1, ..Account::default() },
        Account { code: b"x"[..].into(), ..Account::default() },
        Account { storage: Words::unit(KEY, KEY), ..Account::default() },
    ];
    for account in taken {
        let mut chain = chain();
        chain.state.insert(create_address(USER, 0), account.clone());
        let report = create(&mut chain, 5, b"code");
        assert_eq!((report.status, report.gas_used), (StatusCode::Failure, 100_000), "{account:?}");
        assert_eq!(chain.state.nonce(USER), 1, "the next creation goes elsewhere");
        assert_eq!(chain.state.balance(USER), 100.into());
    }
    let mut chain = chain();
    let gift = Account { balance: 2.into(), ..Account::default() };
    chain.state.insert(create_address(USER, 0), gift);
    assert_eq!(create(&mut chain, 5, b"code").status, StatusCode::Success);
    assert_eq!(chain.state.balance(create_address(USER, 0)), 7.into());
}

#[test]
fn a_nonce_that_can_not_grow_stops_a_creation() {
    let mut chain = chain();
    let balance = U256::from(100);
    chain.state.insert(USER, Account { balance, nonce: u64::MAX, ..Account::default() });
    let report = create(&mut chain, 5, b"code");
    assert_eq!((report.status, report.gas_used), (StatusCode::Failure, 0));
    assert_eq!(chain.state.nonce(USER), u64::MAX);
}

#[test]
fn empty_init_code_makes_an_empty_contract() {
    let mut chain = chain();
    let machine = Script(|_: &Message<'_>, _: &str, _: &mut dyn Host| unreachable!());
    let report = chain.run(&machine, &transaction(None, "", 0));
    assert_eq!((report.status, report.gas_used), (StatusCode::Success, 0));
    assert_eq!(chain.state.nonce(report.created.unwrap()), 1);
}

#[test]
fn a_contract_creates_by_its_nonce_or_by_salt() {
    let mut chain = chain();
    run(&mut chain, 0, |_, code, host| match code {
        "a" => {
            let init = Message { input: b"init", ..from_a(CallKind::Create, Address::zero(), 0) };
            let created = host.call(&init).unwrap();
            assert_eq!(created.create_address, create_address(A, 1));
            assert_eq!(created.output, b"", "code is not return data");
            assert_eq!(host.get_code_hash(created.create_address).unwrap(), keccak256(b"code"));

            let salted = Message { kind: CallKind::Create2, create2_salt: KEY, ..init };
            let created = host.call(&salted).unwrap();
            assert_eq!(created.create_address, create2_address(A, KEY, b"init"));
            let again = host.call(&salted).unwrap();
            assert_eq!((again.status, again.gas_left), (StatusCode::Failure, 0));
            assert_eq!(again.create_address, Address::zero());
            ok(0)
        }
        _ => result(StatusCode::Success, 50_000, b"code"),
    });
    assert_eq!(chain.state.nonce(A), 4, "the failed creation counts as well");
}

#[test]
fn a_reverted_creation_returns_its_output_and_keeps_the_nonce() {
    let mut chain = chain();
    run(&mut chain, 0, |_, code, host| match code {
        "a" => {
            let init = Message { input: b"init", ..from_a(CallKind::Create, Address::zero(), 3) };
            assert_eq!(host.call(&init).unwrap(), result(StatusCode::Revert, 9, b"why"));
            ok(0)
        }
        _ => result(StatusCode::Revert, 9, b"why"),
    });
    assert_eq!((chain.state.nonce(A), chain.state.balance(A)), (2, 10.into()));
    assert!(chain.state.account(create_address(A, 1)).is_none());
}

#[test]
fn a_destructed_contract_is_reported_and_gone() {
    let mut chain = chain();
    let report = run(&mut chain, 0, |_, _, host| {
        assert!(host.selfdestruct(A, B).unwrap());
        assert!(!host.selfdestruct(A, B).unwrap());
        ok(0)
    });
    assert_eq!(report.destructed, [A]);
    assert_eq!(report.balances[&B].after, 20.into());
    assert!(chain.state.account(A).is_none());
}

#[test]
fn gas_out_of_nothing_is_the_machines_fault() {
    for gas_left in [-1, 100_001] {
        let mut chain = chain();
        let report = run(&mut chain, 7, |_, _, _| ok(gas_left));
        assert_eq!((report.status, report.gas_used), (StatusCode::InternalError, 100_000));
        assert!(report.balances.is_empty());
    }
}

#[test]
fn code_is_copied_as_far_as_it_goes() {
    run(&mut chain(), 0, |_, _, host| {
        let mut buffer = *b"....";
        assert_eq!(host.copy_code(A, 0, &mut buffer), Ok(1));
        assert_eq!(&buffer, b"a...");
        assert_eq!(host.copy_code(A, 1, &mut buffer), Ok(0));
        assert_eq!(host.copy_code(A, usize::MAX, &mut buffer), Ok(0));
        let nobody = Address::repeat_byte(0xcc);
        assert_eq!(host.copy_code(nobody, 0, &mut buffer), Ok(0));
        assert_eq!(host.get_code_hash(nobody), Ok(Bytes32::zero()));
        assert_eq!(host.get_code_hash(USER), Ok(keccak256(b"")));
        ok(0)
    });
}
