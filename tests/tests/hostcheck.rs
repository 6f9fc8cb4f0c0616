//! The check of clients finds nothing wrong with our own chain, at every revision of every ABI, and finds each fault
//! that is planted into it.

use hebe_evmc::LoadedVm;
use hebe_host::{
    AccessStatus, Address, Bytes32, CallKind, CallResult, Host, HostResult, Message, Revision,
    StatusCode, StorageStatus, TxContext, U256, recording::Subject,
};
use hebe_testing::{
    Account, Chain, Execution, Machine, RECIPIENT, Report, SENDER, Transaction, library_path,
};
use std::collections::BTreeMap;

/// The library of an ABI, which cargo builds beside this test.
fn hostcheck(abi: i32) -> LoadedVm {
    let mut vm =
        LoadedVm::load(library_path().with_file_name(format!("libhebe_hostcheck{abi}.so")))
            .unwrap();
    // The report is the output, too.
    vm.set_option("report", "/dev/null").unwrap();
    vm
}

/// Sends a transaction to a contract, whatever its code, on a chain of ours.
fn check(machine: &dyn Machine, revision: Revision, times: usize) -> Report {
    let contract = Account {
        code: b"\0some code".as_slice().into(),
        nonce: 1,
        balance: 10.into(),
        ..Account::default()
    };
    let sender = Account { balance: U256::exp10(18), ..Account::default() };
    let accounts = BTreeMap::from([(RECIPIENT, contract), (SENDER, sender)]);
    let mut chain = Chain::new(revision, accounts);
    chain.context.block_number = 1_000;
    chain.context.chain_id = 1.into();
    chain.context.tx_origin = SENDER;
    let transaction = Transaction {
        from: SENDER,
        to: Some(RECIPIENT),
        input: Vec::new(),
        value: U256::zero(),
        gas: 10_000_000,
        is_static: false,
    };
    let reports = (0..times).map(|_| chain.run(machine, &transaction));
    reports.last().unwrap()
}

fn text(report: &Report) -> String {
    String::from_utf8_lossy(&report.output).into_owned()
}

/// Twice, since the second transaction meets words that are not zero.
#[test]
fn our_chain_does_what_a_host_must() {
    for abi in [9, 10, 11, 12, 13, 18] {
        let vm = hostcheck(abi);
        for (revision, _) in Revision::ALL {
            if !vm.carries(revision) {
                continue;
            }
            let report = check(&vm, revision, 2);
            let text = text(&report);
            assert_eq!(
                report.status,
                StatusCode::Success,
                "{revision}: {:?} {text}",
                report.reason
            );
            assert!(text.contains(" good, 0 wrong, "), "{text}");
        }
    }
}

/// What is not skipped at the newest revision of the newest ABI is every check that there is.
#[test]
fn every_check_is_done() {
    let report = text(&check(&hostcheck(18), Revision::Osaka, 1));
    assert!(!report.contains("skipped  "), "{report}");
    assert!(report.starts_with("hostcheck of a client of EVMC's ABI 18\n"), "{report}");
}

/// A host with a fault: the answers of a good one, but for one function.
struct Faulty<'a> {
    host: &'a mut dyn Host,
    fault: Fault,
    /// The message of the execution.
    own: Address,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    OldBlockHashes,
    EverybodyExists,
    BalancesLittleEndian,
    HashOfNoCode,
    CodeIsTooShort,
    CopiesFromTheStart,
    ForgetsWords,
    StatusIsAlwaysAssigned,
    StatusIgnoresTheOriginal,
    NothingIsUndone,
    EverythingIsWarm,
    EverythingIsCold,
    TransientIsStorage,
    StaticFlagIsLost,
    DelegateCallHasOwnSender,
    CallcodeRunsElsewhere,
    InputIsCut,
    RevertHasNoOutput,
    FailureLeavesGas,
    RefundIsLost,
    ValueStays,
    DepthStands,
    CreateAddressIsLost,
    Create2IgnoresTheSalt,
    NonceStands,
    SelfdestructIsAlwaysFirst,
}

impl Host for Faulty<'_> {
    fn account_exists(&mut self, address: Address) -> HostResult<bool> {
        Ok(self.host.account_exists(address)? || self.fault == Fault::EverybodyExists)
    }

    fn get_storage(&mut self, address: Address, key: Bytes32) -> HostResult<Bytes32> {
        match self.fault {
            Fault::ForgetsWords => Ok(Bytes32::zero()),
            _ => self.host.get_storage(address, key),
        }
    }

    fn set_storage(
        &mut self,
        address: Address,
        key: Bytes32,
        value: Bytes32,
    ) -> HostResult<StorageStatus> {
        use StorageStatus as Status;
        let current = self.host.get_storage(address, key)?;
        let status = self.host.set_storage(address, key, value)?;
        Ok(match self.fault {
            Fault::StatusIsAlwaysAssigned => Status::Assigned,
            Fault::StatusIgnoresTheOriginal if current == value => Status::Assigned,
            Fault::StatusIgnoresTheOriginal if current.is_zero() => Status::Added,
            Fault::StatusIgnoresTheOriginal if value.is_zero() => Status::Deleted,
            Fault::StatusIgnoresTheOriginal => Status::Modified,
            _ => status,
        })
    }

    fn get_balance(&mut self, address: Address) -> HostResult<U256> {
        let balance = self.host.get_balance(address)?;
        Ok(match self.fault {
            Fault::BalancesLittleEndian => U256::from_little_endian(&balance.to_big_endian()),
            _ => balance,
        })
    }

    fn get_nonce(&mut self, address: Address) -> HostResult<u64> {
        match self.fault {
            Fault::NonceStands => Ok(1),
            _ => self.host.get_nonce(address),
        }
    }

    fn get_code_size(&mut self, address: Address) -> HostResult<usize> {
        let size = self.host.get_code_size(address)?;
        Ok(if self.fault == Fault::CodeIsTooShort { size / 2 } else { size })
    }

    fn get_code_hash(&mut self, address: Address) -> HostResult<Bytes32> {
        let hash = self.host.get_code_hash(address)?;
        Ok(match self.fault {
            Fault::HashOfNoCode if hash.is_zero() => hebe_host::keccak256(b""),
            _ => hash,
        })
    }

    fn copy_code(
        &mut self,
        address: Address,
        offset: usize,
        buffer: &mut [u8],
    ) -> HostResult<usize> {
        let offset = if self.fault == Fault::CopiesFromTheStart { 0 } else { offset };
        self.host.copy_code(address, offset, buffer)
    }

    fn selfdestruct(&mut self, address: Address, beneficiary: Address) -> HostResult<bool> {
        let first = self.host.selfdestruct(address, beneficiary)?;
        Ok(first || self.fault == Fault::SelfdestructIsAlwaysFirst)
    }

    fn call(&mut self, message: &Message<'_>) -> HostResult<CallResult> {
        let mut sent = *message;
        match (self.fault, message.kind) {
            (Fault::StaticFlagIsLost, _) => sent.is_static = false,
            (Fault::DelegateCallHasOwnSender, CallKind::DelegateCall) => sent.sender = self.own,
            (Fault::CallcodeRunsElsewhere, CallKind::CallCode) => {
                sent.recipient = sent.code_address;
            }
            (Fault::InputIsCut, CallKind::Call) => {
                sent.input = &sent.input[..sent.input.len().min(4096)]
            }
            (Fault::ValueStays, _) => sent.value = U256::zero(),
            (Fault::DepthStands, _) => sent.depth = 1,
            (Fault::Create2IgnoresTheSalt, CallKind::Create2) => {
                sent.create2_salt = Bytes32::zero();
            }
            _ => {}
        }
        let mut result = self.host.call(&sent)?;
        let is_good = result.status == StatusCode::Success;
        match self.fault {
            Fault::RevertHasNoOutput if !is_good => result.output.clear(),
            Fault::FailureLeavesGas if result.status == StatusCode::Failure => result.gas_left = 1,
            Fault::RefundIsLost => result.gas_refund = 0,
            Fault::CreateAddressIsLost => result.create_address = Address::zero(),
            // A host without checkpoints: what a failed message did, it does again for good.
            Fault::NothingIsUndone if !is_good && !message.is_create() => {
                if let Some(word) = message.input.get(17..49) {
                    let (word, value) = (Bytes32::from_slice(word), Bytes32::repeat_byte(0x5a));
                    self.host.set_storage(self.own, word, value)?;
                    self.host.set_transient_storage(self.own, word, value)?;
                    self.host.access_account(word.into())?;
                }
            }
            _ => {}
        }
        Ok(result)
    }

    fn get_tx_context(&mut self) -> HostResult<TxContext> {
        self.host.get_tx_context()
    }

    fn get_block_hash(&mut self, number: i64) -> HostResult<Bytes32> {
        match self.fault {
            Fault::OldBlockHashes => Ok(Bytes32::from_low_u64_be(number.cast_unsigned())),
            _ => self.host.get_block_hash(number),
        }
    }

    fn emit_log(&mut self, address: Address, data: &[u8], topics: &[Bytes32]) -> HostResult<()> {
        self.host.emit_log(address, data, topics)
    }

    fn access_account(&mut self, address: Address) -> HostResult<AccessStatus> {
        let status = self.host.access_account(address)?;
        Ok(self.access(status))
    }

    fn access_storage(&mut self, address: Address, key: Bytes32) -> HostResult<AccessStatus> {
        let status = self.host.access_storage(address, key)?;
        Ok(self.access(status))
    }

    fn get_transient_storage(&mut self, address: Address, key: Bytes32) -> HostResult<Bytes32> {
        match self.fault {
            Fault::TransientIsStorage => self.host.get_storage(address, key),
            _ => self.host.get_transient_storage(address, key),
        }
    }

    fn set_transient_storage(
        &mut self,
        address: Address,
        key: Bytes32,
        value: Bytes32,
    ) -> HostResult<()> {
        match self.fault {
            Fault::TransientIsStorage => self.host.set_storage(address, key, value).map(drop),
            _ => self.host.set_transient_storage(address, key, value),
        }
    }
}

impl Faulty<'_> {
    fn access(&self, status: AccessStatus) -> AccessStatus {
        match self.fault {
            Fault::EverythingIsWarm => AccessStatus::Warm,
            Fault::EverythingIsCold => AccessStatus::Cold,
            _ => status,
        }
    }
}

/// A VM whose host has a fault.
struct OnFaulty<'a> {
    vm: &'a LoadedVm,
    fault: Fault,
}

impl Machine for OnFaulty<'_> {
    fn execute(
        &self,
        revision: Revision,
        message: &Message<'_>,
        code: &[u8],
        host: &mut dyn Host,
    ) -> Execution {
        let own = message.recipient;
        let mut faulty = Faulty { host, fault: self.fault, own };
        Machine::execute(self.vm, revision, message, code, &mut faulty)
    }

    fn subject(&self, revision: Revision, message: &Message<'_>, code: &[u8]) -> Subject {
        self.vm.subject(revision, message, code)
    }
}

#[test]
fn each_planted_fault_is_found() {
    let faults = [
        (Fault::OldBlockHashes, "block-hashes-out-of-range"),
        (Fault::EverybodyExists, "account-exists"),
        (Fault::BalancesLittleEndian, "balance-is-big-endian"),
        (Fault::HashOfNoCode, "nobody-has-nothing"),
        (Fault::CodeIsTooShort, "code"),
        (Fault::CopiesFromTheStart, "copy-code"),
        (Fault::ForgetsWords, "storage-keeps"),
        (Fault::StatusIsAlwaysAssigned, "storage-status"),
        (Fault::StatusIgnoresTheOriginal, "storage-status"),
        (Fault::NothingIsUndone, "revert-undoes-storage"),
        (Fault::NothingIsUndone, "failure-undoes-storage"),
        (Fault::NothingIsUndone, "revert-undoes-transient"),
        (Fault::NothingIsUndone, "revert-undoes-access"),
        (Fault::EverythingIsWarm, "access-account"),
        (Fault::EverythingIsWarm, "access-storage"),
        (Fault::EverythingIsCold, "access-of-the-transaction"),
        (Fault::TransientIsStorage, "transient-keeps"),
        (Fault::StaticFlagIsLost, "static-call-delivers"),
        (Fault::DelegateCallHasOwnSender, "delegate-call-delivers"),
        (Fault::CallcodeRunsElsewhere, "callcode-delivers"),
        (Fault::InputIsCut, "large-input-is-delivered"),
        (Fault::RevertHasNoOutput, "revert-gives-back"),
        (Fault::FailureLeavesGas, "failure-takes-all"),
        (Fault::RefundIsLost, "refund-comes-back"),
        (Fault::ValueStays, "value-moves"),
        (Fault::ValueStays, "create-gives-value"),
        (Fault::DepthStands, "messages-nest"),
        (Fault::CreateAddressIsLost, "create-stores-code"),
        (Fault::Create2IgnoresTheSalt, "create2-address"),
        (Fault::NonceStands, "create-raises-nonce"),
        (Fault::SelfdestructIsAlwaysFirst, "selfdestruct-once"),
    ];
    let (twelve, eighteen) = (hostcheck(12), hostcheck(18));
    for (fault, check_name) in faults {
        let vm = if fault == Fault::NonceStands { &eighteen } else { &twelve };
        let machine = OnFaulty { vm, fault };
        let report = check(&machine, Revision::Osaka, 1);
        let text = text(&report);
        assert_eq!(report.status, StatusCode::Revert, "{fault:?}: {:?} {text}", report.reason);
        assert!(text.contains(&format!("\nWRONG    {check_name}: ")), "{fault:?}: {text}");
    }
}
