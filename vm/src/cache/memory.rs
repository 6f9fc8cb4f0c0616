//! Prepared contracts, kept for the next call.
//!
//! EVMC gives no code hash, and addresses lie (a contract can be replaced), so a contract is found by
//! a fast hash of its code and confirmed by comparing the bytes. Refusals are kept too: a contract
//! that is not valid must not cost its validation at every call.

use crate::{evm::Analysed, options::Meaning, tiers::Contract};
use hebe_gas::Rejected;
use hebe_host::Fault;
use quick_cache::{Equivalent, OptionsBuilder, Weighter, sync};
use std::sync::Arc;

/// A bounded cache, shared by threads. Nothing is locked while a contract is prepared, but threads
/// that want the same one wait for the first.
pub(crate) struct Cache {
    entries: sync::Cache<Key, Kept, Bytes, foldhash::quality::RandomState>,
}

/// A contract that can run, or why it can't.
pub(crate) type Entry = Result<Arc<Contract>, Arc<Rejected>>;

/// An entry as it is kept. What it weighs must not change while it is.
#[derive(Clone)]
enum Kept {
    /// With what the contract took when it was weighed, in bytes.
    Contract {
        entry: Entry,
        held_bytes: usize,
    },
    Bytecode(Arc<Analysed>),
}

impl Cache {
    /// A cache of about `bytes` bytes.
    pub(crate) fn new(bytes: u64) -> Self {
        let options = OptionsBuilder::new()
            .weight_capacity(bytes)
            // About what `bytes` hold of contracts of 4 KiB; it is a hint, and no bound.
            .estimated_items_capacity(usize::try_from(bytes / (32 * 1024)).unwrap_or(usize::MAX))
            // In one shard, the bound is the bound: a large contract is not refused by a small shard.
            .shards(1)
            .build()
            .unwrap_or_else(|error| unreachable!("weight and capacity are set: {error}"));
        let hasher = foldhash::quality::RandomState::default();
        Self {
            entries: sync::Cache::with_options(
                options,
                Bytes,
                hasher,
                sync::DefaultLifecycle::default(),
            ),
        }
    }

    /// The entry for `code` under `meaning`; made by `prepare` if there is none.
    ///
    /// # Errors
    ///
    /// Those of `prepare`. They are not kept.
    pub(crate) fn get_or_prepare(
        &self,
        meaning: Meaning,
        code: &[u8],
        prepare: impl FnOnce(&Key) -> Result<Entry, Fault>,
    ) -> Result<Entry, Fault> {
        let kept = self.get_or_make(Some(meaning), code, |key| {
            let entry = prepare(key)?;
            let held_bytes = entry.as_ref().map_or(0, |contract| contract.held_bytes());
            Ok(Kept::Contract { entry, held_bytes })
        })?;
        match kept {
            Kept::Contract { entry, .. } => Ok(entry),
            Kept::Bytecode(_) => Err(mixed_up()),
        }
    }

    /// EVM bytecode, analysed if it is not there.
    ///
    /// # Errors
    ///
    /// [`Fault::Engine`] would be a bug of ours.
    pub(crate) fn get_or_analyse(&self, code: &[u8]) -> Result<Arc<Analysed>, Fault> {
        let make = |_: &Key| Ok(Kept::Bytecode(Arc::new(Analysed::new(code))));
        match self.get_or_make(None, code, make)? {
            Kept::Bytecode(analysed) => Ok(analysed),
            Kept::Contract { .. } => Err(mixed_up()),
        }
    }

    fn get_or_make(
        &self,
        meaning: Option<Meaning>,
        code: &[u8],
        make: impl FnOnce(&Key) -> Result<Kept, Fault>,
    ) -> Result<Kept, Fault> {
        if let Some(kept) = self.entries.get(&KeyRef { meaning, code }) {
            return Ok(kept);
        }
        let key = Key { meaning, code: code.into() };
        self.entries.get_or_insert_with(&key, || make(&key))
    }

    /// Takes notice that more of a contract was translated, or that it has become native code. If it has gone
    /// meanwhile, nothing happens.
    pub(crate) fn weigh_again(&self, contract: &Arc<Contract>) {
        let held_bytes = contract.held_bytes();
        let kept = Kept::Contract { entry: Ok(contract.clone()), held_bytes };
        let _ = self.entries.replace(contract.key().clone(), kept, true);
    }
}

/// What a contract is found by.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    /// None of EVM bytecode, which means the same whatever the options and the revision.
    meaning: Option<Meaning>,
    code: Arc<[u8]>,
}

/// A [`Key`] that is not made yet; it hashes as the key would.
#[derive(Hash)]
struct KeyRef<'a> {
    meaning: Option<Meaning>,
    code: &'a [u8],
}

impl Equivalent<Key> for KeyRef<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        self.meaning == key.meaning && *self.code == *key.code
    }
}

/// What an entry weighs, in bytes.
#[derive(Clone)]
struct Bytes;

impl Weighter<Key, Kept> for Bytes {
    fn weight(&self, key: &Key, kept: &Kept) -> u64 {
        let code = key.code.len() as u64;
        match kept {
            Kept::Contract { entry: Ok(_), held_bytes } => {
                CONTRACT_BYTES + code + *held_bytes as u64
            }
            Kept::Contract { entry: Err(_), .. } => REFUSAL_BYTES + code,
            Kept::Bytecode(analysed) => code + analysed.bytes() as u64,
        }
    }
}

/// What has a meaning is no bytecode, and the other way round.
fn mixed_up() -> Fault {
    Fault::Engine("the cache has mixed up bytecode and contracts".to_owned())
}

/// What a contract weighs apart from its code, about.
const CONTRACT_BYTES: u64 = 4_096;
/// What a refusal weighs, about.
const REFUSAL_BYTES: u64 = 512;
