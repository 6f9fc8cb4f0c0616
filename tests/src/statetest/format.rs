//! What a file of state tests says.

use super::{
    fields::{Field, address, number},
    json,
};
use crate::{Account, PaidTransaction, address_of_secret_key};
use hebe_host::{Address, Bytes32, Revision, U256};
use std::{collections::BTreeMap, fs::File, io::Read, path::Path};

/// One state test.
#[derive(Clone, Debug)]
pub struct StateTest {
    /// What the block is like.
    pub block: Block,
    /// The accounts before the transaction.
    pub pre: BTreeMap<Address, Account>,
    /// The transaction, for each case put together of its lists.
    pub transaction: TransactionLists,
    /// What is expected, in the file's order.
    pub cases: Vec<Case>,
}

/// The block (`env`).
#[derive(Clone, Debug)]
pub struct Block {
    /// Who receives the fees.
    pub coinbase: Address,
    /// The difficulty; from Paris on the RANDAO value.
    pub prev_randao: U256,
    /// The gas limit, in whole units.
    pub gas_limit: i64,
    /// The number.
    pub number: i64,
    /// The time in seconds since 1970.
    pub timestamp: i64,
}

/// A transaction with lists of what differs between cases.
#[derive(Clone, Debug)]
pub struct TransactionLists {
    /// The account that signs it.
    pub sender: Address,
    /// The nonce.
    pub nonce: u64,
    /// Wei for a unit of gas; none in the types that came with later revisions.
    pub gas_price: Option<U256>,
    /// The account that is called; none for the creation of a contract.
    pub to: Option<Address>,
    /// Call data or init code.
    pub data: Vec<Vec<u8>>,
    /// Gas limits, in whole units.
    pub gas_limit: Vec<u64>,
    /// Wei sent along.
    pub value: Vec<U256>,
}

/// One combination of the transaction's lists at one fork.
#[derive(Clone, Debug)]
pub struct Case {
    /// The fork, as the file calls it.
    pub fork: String,
    /// The revision that it is.
    pub revision: Revision,
    /// Where in the lists.
    pub indexes: Indexes,
    /// What must come of it.
    pub expected: Expected,
}

/// Places in the lists of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Indexes {
    /// In [`TransactionLists::data`].
    pub data: usize,
    /// In [`TransactionLists::gas_limit`].
    pub gas: usize,
    /// In [`TransactionLists::value`].
    pub value: usize,
}

/// What must come of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The root of the state after the transaction.
    pub state_root: Bytes32,
    /// The hash of the logs.
    pub logs_hash: Bytes32,
    /// The transaction must not be valid. Tests of the time before this field say it by their root.
    pub exception: Option<String>,
}

/// A test with its name.
#[derive(Clone, Debug)]
pub struct NamedTest {
    /// What the file calls it.
    pub name: String,
    /// The test, or a sentence that names the field that is wrong.
    pub test: Result<StateTest, String>,
}

/// The tests in a file, in its order.
///
/// # Errors
///
/// A sentence, when the file can't be read or holds no tests.
pub fn read(path: &Path) -> Result<Vec<NamedTest>, String> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes))
        .map_err(|error| format!("can't be read: {error}"))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(format!("is larger than {} MiB", MAX_FILE_BYTES >> 20));
    }
    parse(&bytes)
}

/// The most that is read of a file. A device may have no end.
const MAX_FILE_BYTES: u64 = 256 << 20;

/// The tests in a document.
pub(crate) fn parse(bytes: &[u8]) -> Result<Vec<NamedTest>, String> {
    let document = json::parse(bytes).map_err(|error| format!("is not JSON: {error}"))?;
    let Some(tests) = document.as_object().filter(|tests| !tests.is_empty()) else {
        return Err("holds no tests: it must be an object {...} of tests by name".to_owned());
    };
    let read = |(name, test): (&String, _)| NamedTest {
        name: name.clone(),
        test: state_test(&Field::new(name, test)),
    };
    Ok(tests.iter().map(read).collect())
}

fn state_test(test: &Field<'_>) -> Result<StateTest, String> {
    let transaction = transaction(&test.get("transaction")?)?;
    let mut cases = Vec::new();
    for (fork, list) in test.get("post")?.entries()? {
        let revision = revision(fork).ok_or_else(|| list.wrong("this fork is not known"))?;
        for item in list.items()? {
            cases.push(case(fork, revision, &item, &transaction)?);
        }
    }
    if cases.is_empty() {
        return Err(test.get("post")?.wrong("nothing is expected"));
    }
    let pre = accounts(&test.get("pre")?)?;
    Ok(StateTest { block: block(&test.get("env")?)?, pre, transaction, cases })
}

/// The revision that a fork is; state tests have names of their own for some.
fn revision(fork: &str) -> Option<Revision> {
    match fork {
        "EIP150" => Some(Revision::TangerineWhistle),
        "EIP158" => Some(Revision::SpuriousDragon),
        "ConstantinopleFix" => Some(Revision::Petersburg),
        "Merge" => Some(Revision::Paris),
        name => name.parse().ok(),
    }
}

fn block(env: &Field<'_>) -> Result<Block, String> {
    let prev_randao = match env.find("currentRandom")? {
        Some(random) => random.u256()?,
        None => env.get("currentDifficulty")?.u256()?,
    };
    Ok(Block {
        coinbase: env.get("currentCoinbase")?.address()?,
        prev_randao,
        gas_limit: env.get("currentGasLimit")?.i64()?,
        number: env.get("currentNumber")?.i64()?,
        timestamp: env.get("currentTimestamp")?.i64()?,
    })
}

fn accounts(pre: &Field<'_>) -> Result<BTreeMap<Address, Account>, String> {
    let mut accounts = BTreeMap::new();
    for (name, fields) in pre.entries()? {
        let address = address(name).map_err(|problem| pre.wrong(problem))?;
        let account = Account {
            balance: fields.get("balance")?.u256()?,
            nonce: fields.get("nonce")?.u64()?,
            code: fields.get("code")?.bytes()?.into(),
            storage: storage(&fields.get("storage")?)?,
        };
        if accounts.insert(address, account).is_some() {
            return Err(fields.wrong("this account is there twice"));
        }
    }
    Ok(accounts)
}

fn storage(fields: &Field<'_>) -> Result<BTreeMap<Bytes32, Bytes32>, String> {
    let mut keys = BTreeMap::new();
    for (name, field) in fields.entries()? {
        let key = number(name).map_err(|problem| fields.wrong(problem))?;
        let word = Bytes32(field.u256()?.to_big_endian());
        if keys.insert(Bytes32(key.to_big_endian()), word).is_some() {
            return Err(field.wrong("this key is there twice"));
        }
    }
    keys.retain(|_, word| !word.is_zero());
    Ok(keys)
}

fn transaction(fields: &Field<'_>) -> Result<TransactionLists, String> {
    // A creation names nobody: by an empty text, by null, or by leaving the field out.
    let to = match fields.find("to")? {
        Some(to) if !to.text()?.is_empty() => Some(to.address()?),
        _ => None,
    };
    let list = |name| fields.get(name)?.items().map(|items| items.collect::<Vec<_>>());
    let gas_price = match fields.find("maxFeePerGas")? {
        Some(_) => None,
        None => Some(fields.get("gasPrice")?.u256()?),
    };
    Ok(TransactionLists {
        sender: sender(fields)?,
        nonce: fields.get("nonce")?.u64()?,
        gas_price,
        to,
        data: list("data")?.iter().map(Field::bytes).collect::<Result<_, _>>()?,
        gas_limit: list("gasLimit")?.iter().map(Field::u64).collect::<Result<_, _>>()?,
        value: list("value")?.iter().map(Field::u256).collect::<Result<_, _>>()?,
    })
}

/// The sender; newer files say it beside the key, and may leave out the key.
fn sender(fields: &Field<'_>) -> Result<Address, String> {
    let said = fields.find("sender")?;
    let Some(key) = fields.find("secretKey")? else {
        return match said {
            Some(sender) => sender.address(),
            None => Err(fields.wrong("the field `secretKey` is missing")),
        };
    };
    let of_key = address_of_secret_key(key.word()?)
        .ok_or_else(|| key.wrong("this is no key of secp256k1"))?;
    match said {
        Some(said) if said.address()? != of_key => {
            Err(said.wrong(format!("the secret key is that of {of_key:?}")))
        }
        _ => Ok(of_key),
    }
}

fn case(
    fork: &str,
    revision: Revision,
    fields: &Field<'_>,
    transaction: &TransactionLists,
) -> Result<Case, String> {
    let indexes = fields.get("indexes")?;
    let index = |name, length: usize| {
        let field = indexes.get(name)?;
        let index = field.index()?;
        if index < length {
            return Ok(index);
        }
        Err(field.wrong(format!("{index} is past the end of the list of {length}")))
    };
    let exception = fields.find("expectException")?;
    Ok(Case {
        fork: fork.to_owned(),
        revision,
        indexes: Indexes {
            data: index("data", transaction.data.len())?,
            gas: index("gas", transaction.gas_limit.len())?,
            value: index("value", transaction.value.len())?,
        },
        expected: Expected {
            state_root: fields.get("hash")?.word()?,
            logs_hash: fields.get("logs")?.word()?,
            exception: exception.map(|text| text.text().map(str::to_owned)).transpose()?,
        },
    })
}

impl TransactionLists {
    /// The transaction of a case; `None` for one of a type that came with later revisions.
    pub fn transaction(&self, indexes: Indexes) -> Option<PaidTransaction> {
        Some(PaidTransaction {
            sender: self.sender,
            nonce: self.nonce,
            gas_price: self.gas_price?,
            gas_limit: *self.gas_limit.get(indexes.gas)?,
            to: self.to,
            value: *self.value.get(indexes.value)?,
            data: self.data.get(indexes.data)?.clone(),
        })
    }
}
