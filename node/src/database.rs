//! The chain in a file, so that it is there again when the node starts again, even if it was killed.
//!
//! Everything that one request changed is one transaction of the database, and is on the disk before anybody hears of it.

mod stored;

use crate::{
    block::Block,
    clock::Clock,
    config::Config,
    forms::{ToAlloy, ToChain},
    history::History,
    pool::Pool,
    world::{Before, Undo, code_hash},
};
use alloy_primitives::B256;
use alloy_rlp::Decodable;
use hebe_testing::{Account, Accounts, harness::Names, state_file::StateFile};
use imbl::ordmap::DiffItem;
use redb::{ReadableDatabase, ReadableTable, TableDefinition, WriteTransaction};
use std::{collections::HashMap, path::Path, sync::Arc};

use stored::{StoredBefore, StoredBlock, StoredClock, StoredFields, StoredTransaction, stored};

/// The version of the tables below. A file of another version is refused.
const VERSION: u64 = 1;

/// Names and values of what there is once: the version, the configuration, the clock, names.
const ONCE: TableDefinition<&str, &[u8]> = TableDefinition::new("once");
/// Blocks by number.
const BLOCKS: TableDefinition<u64, &[u8]> = TableDefinition::new("blocks");
/// What leads from a block's state to the one before, by number.
const UNDOS: TableDefinition<u64, &[u8]> = TableDefinition::new("undos");
/// Accounts by address.
const ACCOUNTS: TableDefinition<[u8; 20], &[u8]> = TableDefinition::new("accounts");
/// Words of storage by address and key.
const WORDS: TableDefinition<([u8; 20], [u8; 32]), [u8; 32]> = TableDefinition::new("words");
/// Code by its hash. It stays when the contract goes, since old states have it.
const CODES: TableDefinition<[u8; 32], &[u8]> = TableDefinition::new("codes");
/// Transactions that wait, by sender and nonce.
const POOL: TableDefinition<([u8; 20], u64), &[u8]> = TableDefinition::new("pool");

/// An open file, and what it holds.
pub(crate) struct Database {
    database: redb::Database,
    /// The accounts that are in the file.
    accounts: Accounts,
    /// The first block that is not in the file as it is now.
    changed_from: u64,
    /// What waits in the file.
    pool: Pool,
    clock: Clock,
    names: Names,
}

/// What a file held.
pub(crate) struct Kept {
    pub(crate) blocks: Vec<(Block, Undo)>,
    pub(crate) accounts: Accounts,
    pub(crate) pool: Pool,
    pub(crate) clock: Clock,
    pub(crate) names: Names,
}

type Problem = Box<dyn std::error::Error + Send + Sync>;

impl Database {
    /// Opens a file, or makes one. Gives what it held, if it is not new.
    ///
    /// # Errors
    ///
    /// A sentence that names the file.
    pub(crate) fn open(
        path: &Path,
        config: &Config,
        schedule: &str,
    ) -> Result<(Self, Option<Kept>), String> {
        let at = |problem: Problem| format!("--database {}: {problem}", path.display());
        let database = redb::Database::create(path).map_err(|error| match error {
            redb::DatabaseError::DatabaseAlreadyOpen => {
                format!("--database {}: another node has it open", path.display())
            }
            error => format!("--database {}: it can't be opened: {error}", path.display()),
        })?;
        let kept = load(&database, config, schedule).map_err(at)?;
        let mut opened = Self {
            database,
            accounts: Accounts::default(),
            changed_from: u64::MAX,
            pool: Pool::default(),
            clock: Clock::default(),
            names: Names::default(),
        };
        match &kept {
            Some(kept) => {
                opened.accounts = kept.accounts.clone();
                opened.pool = kept.pool.clone();
                opened.clock = kept.clock;
                opened.names = kept.names.clone();
            }
            None => opened.begin(config, schedule).map_err(at)?,
        }
        Ok((opened, kept))
    }

    /// Writes what a new file has at once.
    fn begin(&self, config: &Config, schedule: &str) -> Result<(), Problem> {
        let write = self.database.begin_write()?;
        {
            let mut once = write.open_table(ONCE)?;
            once.insert("version", &VERSION.to_be_bytes()[..])?;
            once.insert("chain_id", &config.chain_id.to_be_bytes()[..])?;
            once.insert("revision", config.revision.to_string().as_bytes())?;
            once.insert("schedule", schedule.as_bytes())?;
        }
        write.commit()?;
        Ok(())
    }

    /// Blocks from this one on are others now.
    pub(crate) fn changed_from(&mut self, number: u64) {
        self.changed_from = self.changed_from.min(number);
    }

    /// Writes what has changed, in one transaction of the database. Where that fails, it is tried again the next time.
    ///
    /// # Errors
    ///
    /// A sentence.
    pub(crate) fn save(
        &mut self,
        history: &History,
        accounts: &Accounts,
        pool: &Pool,
        clock: &Clock,
        names: &Names,
    ) -> Result<(), Problem> {
        let is_same = self.changed_from > history.number()
            && self.accounts.ptr_eq(accounts)
            && pool.since(&self.pool).next().is_none()
            && self.clock == *clock
            && self.names == *names;
        if is_same {
            return Ok(());
        }
        let write = self.database.begin_write()?;
        self.write_accounts(&write, accounts)?;
        self.write_blocks(&write, history)?;
        {
            let mut table = write.open_table(POOL)?;
            for ((sender, nonce), waiting) in pool.since(&self.pool) {
                let place = (sender.0.0, nonce);
                match waiting {
                    None => drop(table.remove(place)?),
                    Some(waiting) => {
                        table.insert(place, &alloy_rlp::encode(stored(waiting))[..])?;
                    }
                }
            }
            let mut once = write.open_table(ONCE)?;
            once.insert("clock", &alloy_rlp::encode(StoredClock::from(*clock))[..])?;
            if self.names != *names {
                once.insert("names", &names_to_bytes(names)[..])?;
            }
        }
        write.commit()?;
        self.accounts = accounts.clone();
        self.pool = pool.clone();
        self.clock = *clock;
        self.names = names.clone();
        self.changed_from = u64::MAX;
        Ok(())
    }

    fn write_accounts(&self, write: &WriteTransaction, accounts: &Accounts) -> Result<(), Problem> {
        let mut table = write.open_table(ACCOUNTS)?;
        let mut words = write.open_table(WORDS)?;
        let mut codes = write.open_table(CODES)?;
        let none = hebe_testing::Words::new();
        for change in self.accounts.diff(accounts) {
            let (address, old, new) = match change {
                DiffItem::Add(address, new) => (address, None, Some(new)),
                DiffItem::Remove(address, old) => (address, Some(old), None),
                DiffItem::Update { old: (address, old), new: (_, new) } => {
                    (address, Some(old), Some(new))
                }
            };
            match new {
                None => drop(table.remove(address.0)?),
                Some(account) => {
                    let hash = keep_code(&mut codes, &account.code)?;
                    let fields = StoredFields {
                        balance: account.balance.to_alloy(),
                        nonce: account.nonce,
                        code: hash,
                    };
                    table.insert(address.0, &alloy_rlp::encode(fields)[..])?;
                }
            }
            let old = old.map_or(&none, |account| &account.storage);
            for change in old.diff(new.map_or(&none, |account| &account.storage)) {
                match change {
                    DiffItem::Remove(key, _) => drop(words.remove((address.0, key.0))?),
                    DiffItem::Add(key, word) | DiffItem::Update { new: (key, word), .. } => {
                        words.insert((address.0, key.0), word.0)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn write_blocks(&self, write: &WriteTransaction, history: &History) -> Result<(), Problem> {
        let mut blocks = write.open_table(BLOCKS)?;
        let mut undos = write.open_table(UNDOS)?;
        let mut codes = write.open_table(CODES)?;
        if self.changed_from == u64::MAX {
            return Ok(());
        }
        blocks.retain_in(self.changed_from.., |_, _| false)?;
        undos.retain_in(self.changed_from.., |_, _| false)?;
        for number in self.changed_from..=history.number() {
            let Some(block) = history.block(number) else { break };
            blocks.insert(number, &alloy_rlp::encode(StoredBlock::from(block.as_ref()))[..])?;
            let mut undo = Vec::new();
            for before in &history.undo(number).0 {
                if let Some(fields) = &before.fields {
                    keep_code(&mut codes, &fields.code)?;
                }
                undo.push(StoredBefore::from(before));
            }
            undos.insert(number, &alloy_rlp::encode(undo)[..])?;
        }
        Ok(())
    }
}

fn keep_code(codes: &mut redb::Table<'_, [u8; 32], &[u8]>, code: &[u8]) -> Result<B256, Problem> {
    let hash = code_hash(code);
    if !code.is_empty() && codes.get(hash.0)?.is_none() {
        codes.insert(hash.0, code)?;
    }
    Ok(hash)
}

/// Reads what a file holds; nothing where it is new.
fn load(
    database: &redb::Database,
    config: &Config,
    schedule: &str,
) -> Result<Option<Kept>, Problem> {
    let read = database.begin_read()?;
    let once = match read.open_table(ONCE) {
        Ok(once) => once,
        Err(redb::TableError::TableDoesNotExist(_)) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let number = |name| -> Result<Option<u64>, Problem> {
        let value = once.get(name)?;
        Ok(value.and_then(|value| Some(u64::from_be_bytes(value.value().try_into().ok()?))))
    };
    match number("version")? {
        Some(VERSION) => {}
        other => {
            let other = other.map_or("none".to_owned(), |version| version.to_string());
            return Err(format!("its version is {other}, and only {VERSION} can be read").into());
        }
    }
    if let Some(kept) = number("chain_id")?
        && kept != config.chain_id
    {
        let wanted = config.chain_id;
        return Err(format!(
            "it is of the chain {kept}, and not of {wanted}: start it with --chain-id {kept}"
        )
        .into());
    }
    if let Some(kept) = once.get("revision")? {
        let kept = String::from_utf8_lossy(kept.value()).into_owned();
        let wanted = config.revision.to_string();
        if kept != wanted {
            return Err(format!(
                "its blocks are of {kept}, and not of {wanted}: start it with --revision {kept}"
            )
            .into());
        }
    }
    // Whoever traces an old transaction runs it again, and has to find its gas.
    if let Some(kept) = once.get("schedule")? {
        let kept = String::from_utf8_lossy(kept.value()).into_owned();
        if kept != schedule {
            return Err(format!(
                "its transactions paid by the schedule {kept}, and {schedule} is in force: set the VM's options \
                 `schedule` and `metering` as they were"
            )
            .into());
        }
    }
    let blocks_there = match read.open_table(BLOCKS) {
        Ok(blocks) => blocks,
        // Killed before the first block was there.
        Err(redb::TableError::TableDoesNotExist(_)) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let mut codes = HashMap::from([(code_hash(&[]), Arc::from(&[][..]))]);
    for entry in read.open_table(CODES)?.iter()? {
        let (hash, code) = entry?;
        codes.insert(B256::from(hash.value()), Arc::from(code.value()));
    }
    let code = |hash: B256| {
        codes.get(&hash).cloned().ok_or_else(|| Problem::from(format!("it lacks the code {hash}")))
    };

    let mut accounts = Accounts::default();
    for entry in read.open_table(ACCOUNTS)?.iter()? {
        let (address, fields) = entry?;
        let StoredFields { balance, nonce, code: hash } = decode(fields.value())?;
        let account =
            Account { balance: balance.to_chain(), nonce, code: code(hash)?, ..Account::default() };
        accounts.insert(hebe_host::Address(address.value()), account);
    }
    for entry in read.open_table(WORDS)?.iter()? {
        let (key, word) = entry?;
        let (address, key) = key.value();
        let account =
            accounts.get_mut(&hebe_host::Address(address)).ok_or("it has words of no account")?;
        account.storage.insert(hebe_host::Bytes32(key), hebe_host::Bytes32(word.value()));
    }
    let undos = read.open_table(UNDOS)?;
    let mut blocks = Vec::new();
    for entry in blocks_there.iter()? {
        let (number, block) = entry?;
        let block: StoredBlock = decode(block.value())?;
        let undo = undos.get(number.value())?.ok_or("it lacks a part of a block")?;
        let undo: Vec<StoredBefore> = decode(undo.value())?;
        let undo: Result<Vec<Before>, Problem> =
            undo.into_iter().map(|before| before.open(&code)).collect();
        blocks.push((block.open()?, Undo(undo?)));
    }
    let mut pool = Pool::default();
    for entry in read.open_table(POOL)?.iter()? {
        let (_, transaction) = entry?;
        let transaction: StoredTransaction = decode(transaction.value())?;
        pool.add(Arc::new(transaction.open()?)).map_err(|fail| fail.message)?;
    }
    let clock = once.get("clock")?.map(|clock| decode::<StoredClock>(clock.value())).transpose()?;
    let names = once.get("names")?.map(|names| names_from_bytes(names.value())).transpose()?;
    let (clock, names) = (clock.map(Clock::from).unwrap_or_default(), names.unwrap_or_default());
    Ok((!blocks.is_empty()).then_some(Kept { blocks, accounts, pool, clock, names }))
}

fn decode<T: Decodable>(mut bytes: &[u8]) -> Result<T, Problem> {
    T::decode(&mut bytes).map_err(|error| format!("it is damaged: {error}").into())
}

/// Names and interfaces, as a state file has them.
fn names_to_bytes(names: &Names) -> Vec<u8> {
    let state = StateFile { names: names.clone(), ..StateFile::default() };
    hebe_testing::state_file::to_json(&state).to_string().into_bytes()
}

fn names_from_bytes(bytes: &[u8]) -> Result<Names, Problem> {
    let value = serde_json::from_slice(bytes)?;
    Ok(hebe_testing::state_file::from_json(&value)?.names)
}
