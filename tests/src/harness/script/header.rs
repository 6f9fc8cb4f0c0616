//! What stands above the steps: the chain that they run on.

use super::{
    reader::{Reader, to_i64},
    tree::{Fields, Mistake, Node},
};
use crate::{
    Account, Chain,
    harness::{
        Interface, Names, On, Value, address_of,
        names::{GAS, SENDER, SENDERS_BALANCE, check_name},
    },
};
use hebe_host::{Address, Fault, Revision, U256};
use std::{collections::BTreeMap, path::Path};

/// The chain before the first step.
pub(super) struct Header {
    pub(super) chain: Chain,
    pub(super) names: Names,
    /// The gas of a step that does not say.
    pub(super) gas: i64,
    /// The VM's options.
    pub(super) options: Vec<(String, String)>,
}

impl Header {
    pub(super) fn read(fields: &Fields<'_>, reader: &Reader<'_>) -> Result<Self, Mistake> {
        let revision = match fields.get("revision") {
            Some(node) => {
                let revision: Revision =
                    node.text()?.parse().map_err(|error| node.mistake(format!("{error}")))?;
                if revision.why_not().is_some() {
                    return Err(node.mistake(Fault::UnsupportedRevision(revision).to_string()));
                }
                revision
            }
            None => Revision::LATEST,
        };
        let gas = fields.get("gas").map_or(Ok(GAS), |gas| gas.gas())?;
        let options = match fields.get("vm") {
            Some(node) => options(&node, reader.folder)?,
            None => Vec::new(),
        };
        let (names, accounts) = accounts(fields.get("accounts"), reader)?;
        let mut chain = Chain::new(revision, accounts);
        let reader = Reader { names: &names, ..*reader };
        if let Some(node) = fields.get("block") {
            block(&node.fields()?, &reader, &mut chain)?;
        }
        if let Some(node) = fields.get("chain") {
            let fields = node.fields()?;
            if let Some(size) = fields.get("max_code_size") {
                chain.max_code_size = usize::try_from(size.small()?).ok();
            }
            if let Some(there) = fields.get("ewasm_system_contracts") {
                chain.ewasm_system_contracts = there.boolean()?;
            }
            fields.finish()?;
        }
        let mut header = Self { chain, names, gas, options };
        header.let_contracts_create_as_much();
        Ok(header)
    }

    /// Lets new contracts be as large as this, where the file does not say it.
    pub(super) fn set_default_code_size(&mut self, size: usize) {
        self.chain.max_code_size.get_or_insert(size);
        self.let_contracts_create_as_much();
    }

    /// Has the VM let a contract create another one that is as large as the chain allows.
    fn let_contracts_create_as_much(&mut self) {
        const OPTION: &str = "max_initcode_size";
        let is_set = self.options.iter().any(|(name, _)| name == OPTION);
        if self.chain.max_code_size.is_some() && !is_set {
            let size = self.chain.max_init_code_size();
            self.options.push((OPTION.to_owned(), size.to_string()));
        }
    }
}

/// The VM's options, each tried.
fn options(node: &Node<'_>, folder: &Path) -> Result<Vec<(String, String)>, Mistake> {
    let mut options = Vec::new();
    for (name, node) in node.fields()?.entries() {
        let mut value = match node.value()? {
            Value::Number(text) | Value::Text(text) => text,
            Value::Boolean(boolean) => boolean.to_string(),
            Value::List(_) => return Err(node.mistake("a list is not an option's value")),
        };
        if ["engine", "trace", "record"].contains(&name) {
            let problem = "it is up to who runs the test; see the options of `hebe test`";
            return Err(node.mistake(problem));
        }
        if name.starts_with("sys:") {
            value = folder.join(value).display().to_string();
        }
        options.push((name.to_owned(), value));
        On::every()
            .engines(&options[options.len() - 1..])
            .map_err(|problem| node.mistake(problem))?;
    }
    Ok(options)
}

type Accounts = BTreeMap<Address, Account>;

fn accounts(node: Option<Node<'_>>, reader: &Reader<'_>) -> Result<(Names, Accounts), Mistake> {
    let mut names = Names::default();
    names.define(SENDER, address_of(SENDER));
    let sender = Account { balance: SENDERS_BALANCE.into(), ..Account::default() };
    let mut accounts = Accounts::from([(address_of(SENDER), sender)]);
    let Some(node) = node else { return Ok((names, accounts)) };
    // All names first, so that the storage of one can hold the address of another.
    for (name, node) in node.fields()?.entries() {
        check_name(name).map_err(|problem| node.mistake(problem))?;
        let mut address = address_of(name);
        if node.is_table()
            && let Some(given) = node.fields()?.get("address")
        {
            let known = Names::default();
            let problem = |_| given.mistake("it must be 0x and 40 hex digits");
            address = known.address(given.text()?).map_err(problem)?;
        }
        names.define(name, address);
    }
    let known = names.clone();
    let reader = Reader { names: &known, ..*reader };
    let mut sum = U256::zero();
    for (name, node) in node.fields()?.entries() {
        let address = names.address(name).map_err(|problem| node.mistake(problem))?;
        let (account, interface) = account(&node, &reader)?;
        if let Some(interface) = interface {
            names.describe(address, interface);
        }
        sum = sum
            .checked_add(account.balance)
            .filter(|sum| sum.bits() <= 255)
            .ok_or_else(|| node.mistake("the balances add up to 256 bits: no chain has so much"))?;
        accounts.insert(address, account);
    }
    Ok((names, accounts))
}

/// An account, and its contract's interface if that is known.
fn account(node: &Node<'_>, reader: &Reader<'_>) -> Result<(Account, Option<Interface>), Mistake> {
    if !node.is_table() {
        return Ok((Account { balance: node.number()?, ..Account::default() }, None));
    }
    let mut interface = None;
    let fields = node.fields()?;
    let mut account = Account::default();
    fields.get("address");
    if let Some(balance) = fields.get("balance") {
        account.balance = balance.number()?;
    }
    if let Some(code) = fields.get("code") {
        let contract = reader.code(&code)?;
        account.code = contract.code.into();
        interface = contract.interface;
        // A contract's nonce begins at 1 (EIP-161).
        account.nonce = 1;
    }
    if let Some(nonce) = fields.get("nonce") {
        account.nonce = nonce.small()?;
    }
    if let Some(storage) = fields.get("storage") {
        let words = reader.storage(&storage)?.into_iter();
        account.storage =
            words.map(|(_, key, word)| (key, word)).filter(|(_, word)| !word.is_zero()).collect();
    }
    fields.finish()?;
    Ok((account, interface))
}

fn block(fields: &Fields<'_>, reader: &Reader<'_>, chain: &mut Chain) -> Result<(), Mistake> {
    let context = &mut chain.context;
    for (name, place) in [
        ("number", &mut context.block_number),
        ("timestamp", &mut context.block_timestamp),
        ("gas_limit", &mut context.block_gas_limit),
    ] {
        if let Some(node) = fields.get(name) {
            *place = to_i64(node.number()?)
                .ok_or_else(|| node.mistake("the number is too large: it has 63 bits at most"))?;
        }
    }
    if let Some(node) = fields.get("coinbase") {
        context.block_coinbase = reader.address(&node)?;
    }
    // The same, before Paris and from then on.
    for name in ["difficulty", "prev_randao"] {
        if let Some(node) = fields.get(name) {
            context.block_prev_randao = node.number()?;
        }
    }
    for (name, place) in
        [("base_fee", &mut context.block_base_fee), ("blob_base_fee", &mut context.blob_base_fee)]
    {
        if let Some(node) = fields.get(name) {
            *place = node.number()?;
        }
    }
    if let Some(node) = fields.get("gas_price") {
        context.tx_gas_price = node.number()?;
    }
    if let Some(node) = fields.get("chain_id") {
        context.chain_id = node.number()?;
    }
    if let Some(node) = fields.get("hashes") {
        for (number, hash) in node.fields()?.entries() {
            let number = number.parse().ok().filter(|number| *number >= 0);
            let number = number.ok_or_else(|| hash.mistake("its name must be a block's number"))?;
            chain.block_hashes.insert(number, reader.word(&hash)?);
        }
    }
    fields.finish()
}
