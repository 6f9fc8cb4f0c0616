//! What a file of state tests says.

use super::{
    fields::{Field, address, number},
    json,
};
use crate::{
    AccessListEntry, Account, Authorization, BlobSchedule, Blobs, InvalidTransaction,
    PaidTransaction, Price, address_of_secret_key,
};
use hebe_host::{Address, Bytes32, Revision, U256};
use std::{collections::BTreeMap, fs::File, io::Read, path::Path};

/// One state test.
#[derive(Clone, Debug)]
pub struct StateTest {
    /// What the block is like.
    pub block: Block,
    /// What the network is like, as far as it is not what the revision says.
    pub network: Network,
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
    /// The difficulty, where there is one.
    pub difficulty: Option<U256>,
    /// The RANDAO value, where there is one; from Paris on it stands for the difficulty.
    pub random: Option<U256>,
    /// The gas limit, in whole units.
    pub gas_limit: i64,
    /// The number.
    pub number: i64,
    /// The time in seconds since 1970.
    pub timestamp: i64,
    /// Wei that are burned for a unit of gas.
    pub base_fee: Option<U256>,
    /// Blob gas used beyond the target before.
    pub excess_blob_gas: Option<u64>,
}

/// What a network is like (`config`).
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// The chain's number.
    pub chain_id: Option<U256>,
    /// How many blobs there are, by the name of the fork.
    pub blob_schedules: BTreeMap<String, BlobSchedule>,
}

/// A transaction with lists of what differs between cases.
#[derive(Clone, Debug)]
pub struct TransactionLists {
    /// The account that signs it.
    pub sender: Address,
    /// The nonce.
    pub nonce: u64,
    /// What it pays for gas.
    pub price: Price,
    /// The account that is called; none for the creation of a contract.
    pub to: Option<Address>,
    /// Call data or init code.
    pub data: Vec<Vec<u8>>,
    /// Gas limits, in whole units.
    pub gas_limit: Vec<u64>,
    /// Wei sent along; none where 256 bits can't hold it.
    pub value: Vec<Option<U256>>,
    /// What is warm from the beginning, for each of [`TransactionLists::data`]; none where none has such a list.
    pub access_lists: Vec<Option<Vec<AccessListEntry>>>,
    /// The blobs.
    pub blobs: Option<Blobs>,
    /// What accounts have agreed to, or which of it has a number that is too large.
    pub authorizations: Option<Result<Vec<Authorization>, usize>>,
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
    let network = test.find("config")?.map(|config| network(&config)).transpose()?;
    let network = network.unwrap_or_default();
    Ok(StateTest { block: block(&test.get("env")?)?, network, pre, transaction, cases })
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
    let number = |name| env.find(name)?.map(|field| field.u256()).transpose();
    let block = Block {
        coinbase: env.get("currentCoinbase")?.address()?,
        difficulty: number("currentDifficulty")?,
        random: number("currentRandom")?,
        gas_limit: env.get("currentGasLimit")?.i64()?,
        number: env.get("currentNumber")?.i64()?,
        timestamp: env.get("currentTimestamp")?.i64()?,
        base_fee: number("currentBaseFee")?,
        excess_blob_gas: env.find("currentExcessBlobGas")?.map(|field| field.u64()).transpose()?,
    };
    if block.random.is_none() {
        env.get("currentDifficulty")?;
    }
    Ok(block)
}

fn network(config: &Field<'_>) -> Result<Network, String> {
    let chain_id = config.find("chainid")?.map(|field| field.u256()).transpose()?;
    let mut blob_schedules = BTreeMap::new();
    if let Some(schedules) = config.find("blobSchedule")? {
        for (fork, fields) in schedules.entries()? {
            let number = |name| fields.get(name)?.u64();
            let schedule = BlobSchedule {
                target: number("target")?,
                max: number("max")?,
                update_fraction: number("baseFeeUpdateFraction")?,
            };
            if schedule.update_fraction == 0 || schedule.target > schedule.max {
                return Err(fields.wrong("no price can follow from this"));
            }
            blob_schedules.insert(fork.clone(), schedule);
        }
    }
    Ok(Network { chain_id, blob_schedules })
}

fn accounts(pre: &Field<'_>) -> Result<BTreeMap<Address, Account>, String> {
    let mut accounts = BTreeMap::new();
    for (name, fields) in pre.entries()? {
        let address = address(name).map_err(|problem| pre.wrong(problem))?;
        let account = Account {
            balance: fields.get("balance")?.u256()?,
            nonce: fields.get("nonce")?.u64()?,
            code: fields.get("code")?.bytes()?.into(),
            storage: storage(&fields.get("storage")?)?.into(),
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
    let price = match fields.find("maxFeePerGas")? {
        Some(max_fee) => Price::Market {
            max_fee: max_fee.u256()?,
            priority_fee: fields.get("maxPriorityFeePerGas")?.u256()?,
        },
        None => Price::Gas(fields.get("gasPrice")?.u256()?),
    };
    let wei = |field: &Field<'_>| match field.is_wider_than(256) {
        true => Ok(None),
        false => field.u256().map(Some),
    };
    let access_lists = match fields.find("accessLists")? {
        Some(lists) => lists.items()?.map(|one| access_list(&one)).collect::<Result<_, _>>()?,
        None => Vec::new(),
    };
    Ok(TransactionLists {
        sender: sender(fields)?,
        nonce: fields.get("nonce")?.u64()?,
        price,
        to,
        data: list("data")?.iter().map(Field::bytes).collect::<Result<_, _>>()?,
        gas_limit: list("gasLimit")?.iter().map(Field::u64).collect::<Result<_, _>>()?,
        value: list("value")?.iter().map(wei).collect::<Result<_, _>>()?,
        access_lists,
        blobs: blobs(fields)?,
        authorizations: match fields.find("authorizationList")? {
            Some(list) => Some(authorizations(&list)?),
            None => None,
        },
    })
}

/// An access list; null is none.
fn access_list(field: &Field<'_>) -> Result<Option<Vec<AccessListEntry>>, String> {
    if field.is_null() {
        return Ok(None);
    }
    let entry = |entry: Field<'_>| {
        let keys = entry.get("storageKeys")?;
        let key = |key: Field<'_>| Ok::<_, String>(Bytes32(key.u256()?.to_big_endian()));
        let keys = keys.items()?.map(key).collect::<Result<_, _>>()?;
        Ok::<_, String>(AccessListEntry { address: entry.get("address")?.address()?, keys })
    };
    field.items()?.map(entry).collect::<Result<_, _>>().map(Some)
}

fn blobs(fields: &Field<'_>) -> Result<Option<Blobs>, String> {
    let (hashes, max_fee) = (fields.find("blobVersionedHashes")?, fields.find("maxFeePerBlobGas")?);
    if hashes.is_none() && max_fee.is_none() {
        return Ok(None);
    }
    let hashes = match hashes {
        Some(list) => list.items()?.map(|hash| hash.word()).collect::<Result<_, _>>()?,
        None => Vec::new(),
    };
    let max_fee = max_fee.map(|fee| fee.u256()).transpose()?.unwrap_or_default();
    Ok(Some(Blobs { max_fee, hashes }))
}

fn authorizations(list: &Field<'_>) -> Result<Result<Vec<Authorization>, usize>, String> {
    let mut authorizations = Vec::new();
    for (index, one) in list.items()?.enumerate() {
        let parity = match one.find("yParity")? {
            Some(parity) => parity,
            None => one.get("v")?,
        };
        let (chain_id, nonce) = (one.get("chainId")?, one.get("nonce")?);
        let (r, s) = (one.get("r")?, one.get("s")?);
        let widths = [(&chain_id, 256), (&nonce, 64), (&parity, 8), (&r, 256), (&s, 256)];
        if widths.iter().any(|(number, bits)| number.is_wider_than(*bits)) {
            return Ok(Err(index));
        }
        authorizations.push(Authorization {
            chain_id: chain_id.u256()?,
            address: one.get("address")?.address()?,
            nonce: nonce.u64()?,
            y_parity: parity.u256()?,
            r: r.u256()?,
            s: s.u256()?,
        });
    }
    Ok(Ok(authorizations))
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
    /// The transaction of a case.
    ///
    /// # Errors
    ///
    /// [`InvalidTransaction`], where a number is too large for any transaction.
    pub fn transaction(&self, indexes: Indexes) -> Result<PaidTransaction, InvalidTransaction> {
        let value = self.value.get(indexes.value).copied().flatten();
        let authorizations = match &self.authorizations {
            Some(Err(index)) => return Err(InvalidTransaction::AuthorizationFormat(*index)),
            Some(Ok(list)) => Some(list.clone()),
            None => None,
        };
        Ok(PaidTransaction {
            sender: self.sender,
            nonce: self.nonce,
            price: self.price,
            gas_limit: self.gas_limit.get(indexes.gas).copied().unwrap_or_default(),
            to: self.to,
            value: value.ok_or(InvalidTransaction::ValueOverflow)?,
            data: self.data.get(indexes.data).cloned().unwrap_or_default(),
            access_list: self.access_lists.get(indexes.data).cloned().flatten(),
            blobs: self.blobs.clone(),
            authorizations,
        })
    }
}
