//! What holds for every input: functions that the fuzz targets and plain tests share.

use crate::{ScriptedHost, grammar::read_module};
use hebe_gas::{Exports, Features, Metering, Profile, Rules, prepare};
use hebe_host::{
    Address, Bytes32, CallKind, Fault, HostModule, Interface, Message, Revision, U256,
};
use hebe_vm::{Options, Vm};

/// Whatever bytes are given as a contract: they are refused with a sentence, or they are accepted, and
/// then by the engine too, and are a module by the specification's grammar.
///
/// # Panics
///
/// When one of these does not hold.
pub fn prepare_holds(code: &[u8]) {
    let interface = Interface::new(Revision::LATEST, &[&HostModule::ETHEREUM])
        .expect("the latest revision has prices");
    for (features, name) in [(Features::Default, "default"), (Features::Mvp, "mvp")] {
        let profile = Profile::Contract { exports: Exports::Tolerant };
        let imports = interface.signatures();
        let rules = Rules { features, profile, imports, metering: Some(Metering::Off) };
        match prepare(code, &rules) {
            Ok(_) => {
                if let Err(malformed) = read_module(code, features) {
                    panic!("accepted, but {malformed}");
                }
                runs(code, name);
            }
            Err(rejected) => {
                assert!(rejected.offset <= code.len(), "{rejected}");
                assert!(!rejected.to_string().is_empty());
            }
        }
    }
}

/// A contract made of any bytes, or that these bytes are, costs the same under the meter and under the
/// oracle, and does the same.
///
/// # Panics
///
/// When they disagree.
#[cfg(feature = "oracle")]
pub fn meters_agree(bytes: &[u8]) {
    if let Err(why) = crate::oracle::compare_generated(bytes) {
        panic!("{why}");
    }
}

/// A contract made of any bytes, or that these bytes are, does the same on both engines.
///
/// # Panics
///
/// When it does not.
#[cfg(feature = "oracle")]
pub fn engines_agree(bytes: &[u8]) {
    if let Err(why) = crate::compare_engines(bytes) {
        panic!("{why}");
    }
}

/// A contract that no compiler would make, made of any bytes, does the same on both engines, and what the
/// specification says.
///
/// # Panics
///
/// When it does not.
#[cfg(feature = "oracle")]
pub fn wild_contracts_agree(bytes: &[u8]) {
    if let Err(why) = crate::wild::compare_wild(bytes) {
        panic!("{why}");
    }
}

/// Translated code that was altered is refused by the check, or it stays inside of its frame, sees nothing of
/// earlier runs, and ends.
///
/// # Panics
///
/// When it does not. Where assertions are on, each access of a slot is asserted to be inside.
#[cfg(feature = "oracle")]
pub fn altered_code_is_harmless(bytes: &[u8]) {
    if let Err(why) = crate::altered::alter(bytes) {
        panic!("{why}");
    }
}

/// The engine must take every contract that was accepted. How it ends does not matter here.
fn runs(code: &[u8], features: &str) {
    let mut options = Options::default();
    options.set("features", features).expect("it is one of the features");
    let message = Message {
        kind: CallKind::Call,
        is_static: false,
        is_delegated: false,
        depth: 0,
        gas: 100_000,
        recipient: Address::repeat_byte(1),
        sender: Address::repeat_byte(2),
        input: &[],
        value: U256::zero(),
        create2_salt: Bytes32::zero(),
        code_address: Address::repeat_byte(1),
    };
    let mut host = ScriptedHost::default();
    let result = Vm::new(options).execute(Revision::LATEST, &message, code, &mut host);
    assert!(!matches!(result, Err(Fault::Engine(_))), "{result:?}");
}
