//! Which transactions can be part of a block.

use crate::{
    Chain, PaidTransaction, Price, TransactionType, authorization, blobs::GAS_PER_BLOB,
    rules::TransactionRules,
};
use hebe_host::{Revision, U256};

/// Why a transaction can't be part of any block. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTransaction {
    /// Transactions of this revision can't run.
    #[error("the rules of transactions at {0} are not known")]
    UnsupportedRevision(Revision),
    /// The type came with a later revision.
    #[error("type {} came after {revision}", *.ty as u8)]
    Type {
        /// The transaction's type.
        ty: TransactionType,
        /// The revision.
        revision: Revision,
    },
    /// It was sent already.
    #[error("nonce {given}, but the sender's next one is {expected}")]
    NonceTooLow {
        /// The transaction's.
        given: u64,
        /// The account's.
        expected: u64,
    },
    /// One before it was not sent yet.
    #[error("nonce {given}, but the sender's next one is {expected}")]
    NonceTooHigh {
        /// The transaction's.
        given: u64,
        /// The account's.
        expected: u64,
    },
    /// The sender can send nothing any more (EIP-2681).
    #[error("the sender's nonce is the largest there can be")]
    NonceOverflow,
    /// A contract signs nothing (EIP-3607).
    #[error("the sender has code")]
    SenderHasCode,
    /// Gas and value cost more than the sender has.
    #[error("the sender has {balance} wei, and needs {}", needs(.cost))]
    Balance {
        /// The sender's balance.
        balance: U256,
        /// Gas limit times price, the value, and blobs; none where 256 bits can't hold it.
        cost: Option<U256>,
    },
    /// It does not fit into the block.
    #[error("its gas limit is {gas_limit}, and the block's {block_gas_limit}")]
    BlockGasLimit {
        /// The transaction's.
        gas_limit: u64,
        /// The block's.
        block_gas_limit: i64,
    },
    /// No transaction may have so much gas (EIP-7825).
    #[error("its gas limit is {gas_limit}, and a transaction has at most {max_gas}")]
    MaxGas {
        /// The transaction's.
        gas_limit: u64,
        /// The most there can be.
        max_gas: u64,
    },
    /// The gas limit is below what the transaction costs before anything runs.
    #[error("its gas limit is {gas_limit}, and it costs {intrinsic_gas} before anything runs")]
    IntrinsicGas {
        /// The transaction's.
        gas_limit: u64,
        /// What it costs.
        intrinsic_gas: u64,
    },
    /// The gas limit is below what its data costs at the least (EIP-7623).
    #[error("its gas limit is {gas_limit}, and its data costs at least {floor_gas}")]
    FloorGas {
        /// The transaction's.
        gas_limit: u64,
        /// What it costs.
        floor_gas: u64,
    },
    /// The init code is too long (EIP-3860).
    #[error("its init code has {size} bytes, and can have {max_size} (EIP-3860)")]
    InitCodeSize {
        /// Its bytes.
        size: usize,
        /// How many there can be.
        max_size: usize,
    },
    /// It pays less for gas than is burned (EIP-1559).
    #[error("it pays at most {max_fee} wei for a unit of gas, and {base_fee} are burned")]
    MaxFee {
        /// What it pays.
        max_fee: U256,
        /// What is burned.
        base_fee: U256,
    },
    /// It gives more than it pays (EIP-1559).
    #[error("it gives {priority_fee} wei for a unit of gas, and pays at most {max_fee}")]
    PriorityFee {
        /// What it gives.
        priority_fee: U256,
        /// What it pays.
        max_fee: U256,
    },
    /// It pays less for blobs than they cost (EIP-4844).
    #[error("it pays at most {max_fee} wei for a unit of blob gas, which costs {base_fee}")]
    MaxBlobFee {
        /// What it pays.
        max_fee: U256,
        /// What it costs.
        base_fee: U256,
    },
    /// A transaction of blobs has none (EIP-4844).
    #[error("it is for blobs, and has none")]
    NoBlobs,
    /// More blobs than there can be (EIP-4844, EIP-7594).
    #[error("it has {blobs} blobs, and can have {max}")]
    BlobCount {
        /// Its blobs.
        blobs: usize,
        /// How many there can be.
        max: u64,
    },
    /// A hash is not one of a blob (EIP-4844).
    #[error("blob {0}'s hash does not begin with the version 01")]
    BlobHashVersion(usize),
    /// A transaction of blobs, or of authorisations, calls somebody (EIP-4844, EIP-7702).
    #[error("a transaction of type {} can't create a contract", *.0 as u8)]
    Creation(TransactionType),
    /// It sends more wei than 256 bits can hold. No [`PaidTransaction`] can say so, but a file can.
    #[error("its value does not fit into 256 bits")]
    ValueOverflow,
    /// An authorisation has a number that is too large for its place (EIP-7702). As above.
    #[error("authorisation {0} has a number that is too large")]
    AuthorizationFormat(usize),
    /// A transaction of authorisations has none (EIP-7702).
    #[error("it is for authorisations, and has none")]
    NoAuthorizations,
}

fn needs(cost: &Option<U256>) -> String {
    cost.map_or_else(|| "more than 256 bits can hold".to_owned(), |cost| cost.to_string())
}

impl InvalidTransaction {
    /// What the tests of Ethereum's execution specification call it (`expectException`). None where they have
    /// no name for it.
    pub fn exception(&self) -> Option<&'static str> {
        Some(match self {
            Self::UnsupportedRevision(_) => return None,
            Self::Type { ty: TransactionType::Legacy, .. } => return None,
            Self::Type { ty: TransactionType::AccessList, .. } => {
                "TransactionException.TYPE_1_TX_PRE_FORK"
            }
            Self::Type { ty: TransactionType::FeeMarket, .. } => {
                "TransactionException.TYPE_2_TX_PRE_FORK"
            }
            Self::Type { ty: TransactionType::Blob, .. } => {
                "TransactionException.TYPE_3_TX_PRE_FORK"
            }
            Self::Type { ty: TransactionType::SetCode, .. } => {
                "TransactionException.TYPE_4_TX_PRE_FORK"
            }
            Self::NonceTooLow { .. } => "TransactionException.NONCE_MISMATCH_TOO_LOW",
            Self::NonceTooHigh { .. } => "TransactionException.NONCE_MISMATCH_TOO_HIGH",
            Self::NonceOverflow => "TransactionException.NONCE_IS_MAX",
            Self::SenderHasCode => "TransactionException.SENDER_NOT_EOA",
            Self::Balance { .. } => "TransactionException.INSUFFICIENT_ACCOUNT_FUNDS",
            Self::BlockGasLimit { .. } => "TransactionException.GAS_ALLOWANCE_EXCEEDED",
            Self::MaxGas { .. } => "TransactionException.GAS_LIMIT_EXCEEDS_MAXIMUM",
            Self::IntrinsicGas { .. } => "TransactionException.INTRINSIC_GAS_TOO_LOW",
            Self::FloorGas { .. } => "TransactionException.INTRINSIC_GAS_BELOW_FLOOR_GAS_COST",
            Self::InitCodeSize { .. } => "TransactionException.INITCODE_SIZE_EXCEEDED",
            Self::MaxFee { .. } => "TransactionException.INSUFFICIENT_MAX_FEE_PER_GAS",
            Self::PriorityFee { .. } => {
                "TransactionException.PRIORITY_GREATER_THAN_MAX_FEE_PER_GAS"
            }
            Self::MaxBlobFee { .. } => "TransactionException.INSUFFICIENT_MAX_FEE_PER_BLOB_GAS",
            Self::NoBlobs => "TransactionException.TYPE_3_TX_ZERO_BLOBS",
            Self::BlobCount { .. } => "TransactionException.TYPE_3_TX_BLOB_COUNT_EXCEEDED",
            Self::BlobHashVersion(_) => {
                "TransactionException.TYPE_3_TX_INVALID_BLOB_VERSIONED_HASH"
            }
            Self::Creation(TransactionType::SetCode) => {
                "TransactionException.TYPE_4_TX_CONTRACT_CREATION"
            }
            Self::Creation(_) => "TransactionException.TYPE_3_TX_CONTRACT_CREATION",
            Self::ValueOverflow => "TransactionException.RLP_INVALID_VALUE",
            Self::AuthorizationFormat(_) => {
                "TransactionException.TYPE_4_INVALID_AUTHORIZATION_FORMAT"
            }
            Self::NoAuthorizations => "TransactionException.TYPE_4_EMPTY_AUTHORIZATION_LIST",
        })
    }
}

/// A transaction that is valid, with what follows from that.
pub(crate) struct Valid {
    /// The gas that is left for the message.
    pub(crate) gas: i64,
    /// Wei for a unit of gas.
    pub(crate) price: U256,
    /// What of that the coinbase gets; the rest is burned.
    pub(crate) priority_fee: U256,
    /// Gas limit times price, in wei.
    pub(crate) gas_cost: U256,
    /// What blobs cost, in wei.
    pub(crate) blob_cost: U256,
}

impl Chain {
    /// Whether a transaction can be part of the block, as it is now.
    ///
    /// # Errors
    ///
    /// [`InvalidTransaction`], as of [`Chain::transact`].
    pub fn check(&self, transaction: &PaidTransaction) -> Result<(), InvalidTransaction> {
        let rules = TransactionRules::of(self.revision)
            .ok_or(InvalidTransaction::UnsupportedRevision(self.revision))?;
        self.validate(rules, transaction).map(drop)
    }

    pub(crate) fn validate(
        &self,
        rules: &TransactionRules,
        transaction: &PaidTransaction,
    ) -> Result<Valid, InvalidTransaction> {
        let ty = transaction.ty();
        if ty > rules.newest_type {
            return Err(InvalidTransaction::Type { ty, revision: self.revision });
        }
        self.check_init_code(rules, transaction)?;
        let gas = self.check_gas(rules, transaction)?;
        let (price, priority_fee) = self.check_price(rules, transaction)?;
        let blob_gas = self.check_blobs(rules, transaction)?;
        if transaction.authorizations.as_ref().is_some_and(Vec::is_empty) {
            return Err(InvalidTransaction::NoAuthorizations);
        }
        if transaction.to.is_none() && ty >= TransactionType::Blob {
            return Err(InvalidTransaction::Creation(ty));
        }
        self.check_sender(transaction)?;
        self.check_balance(transaction, blob_gas)?;
        // The balance has held more than either.
        let gas_cost = price.saturating_mul(transaction.gas_limit.into());
        let blob_cost = self.context.blob_base_fee.saturating_mul(blob_gas.into());
        Ok(Valid { gas, price, priority_fee, gas_cost, blob_cost })
    }

    fn check_init_code(
        &self,
        rules: &TransactionRules,
        transaction: &PaidTransaction,
    ) -> Result<(), InvalidTransaction> {
        let (size, max_size) = (transaction.data.len(), self.max_init_code_size());
        if transaction.to.is_none() && rules.limits_init_code && size > max_size {
            return Err(InvalidTransaction::InitCodeSize { size, max_size });
        }
        Ok(())
    }

    /// The gas that is left for the message.
    fn check_gas(
        &self,
        rules: &TransactionRules,
        transaction: &PaidTransaction,
    ) -> Result<i64, InvalidTransaction> {
        let gas_limit = transaction.gas_limit;
        let max_gas = rules.max_gas.filter(|_| !self.allows_any_gas);
        if let Some(max_gas) = max_gas.filter(|max_gas| gas_limit > *max_gas) {
            return Err(InvalidTransaction::MaxGas { gas_limit, max_gas });
        }
        let intrinsic_gas = rules.intrinsic_gas(transaction);
        if gas_limit < intrinsic_gas {
            return Err(InvalidTransaction::IntrinsicGas { gas_limit, intrinsic_gas });
        }
        let floor_gas = rules.floor_gas(&transaction.data);
        if gas_limit < floor_gas {
            return Err(InvalidTransaction::FloorGas { gas_limit, floor_gas });
        }
        let block_gas_limit = self.context.block_gas_limit;
        match i64::try_from(gas_limit) {
            Ok(gas) if gas <= block_gas_limit => Ok(gas.saturating_sub_unsigned(intrinsic_gas)),
            _ => Err(InvalidTransaction::BlockGasLimit { gas_limit, block_gas_limit }),
        }
    }

    /// What the sender pays for a unit of gas, and what of that the coinbase gets.
    fn check_price(
        &self,
        rules: &TransactionRules,
        transaction: &PaidTransaction,
    ) -> Result<(U256, U256), InvalidTransaction> {
        let base_fee =
            if rules.burns_base_fee { self.context.block_base_fee } else { U256::zero() };
        let (max_fee, priority_fee) = match transaction.price {
            Price::Gas(price) => (price, price),
            Price::Market { max_fee, priority_fee } => (max_fee, priority_fee),
        };
        if priority_fee > max_fee {
            return Err(InvalidTransaction::PriorityFee { priority_fee, max_fee });
        }
        let most = max_fee.checked_sub(base_fee);
        let most = most.ok_or(InvalidTransaction::MaxFee { max_fee, base_fee })?;
        let priority_fee = priority_fee.min(most);
        Ok((base_fee + priority_fee, priority_fee))
    }

    /// How much blob gas there is to be paid.
    fn check_blobs(
        &self,
        rules: &TransactionRules,
        transaction: &PaidTransaction,
    ) -> Result<u64, InvalidTransaction> {
        let (Some(blobs), Some(schedule)) = (&transaction.blobs, self.blob_schedule(rules)) else {
            return Ok(0);
        };
        let count = blobs.hashes.len();
        if count == 0 {
            return Err(InvalidTransaction::NoBlobs);
        }
        let max = rules.max_blobs.map_or(schedule.max, |max| schedule.max.min(max as u64));
        if count as u64 > max {
            return Err(InvalidTransaction::BlobCount { blobs: count, max });
        }
        if let Some(index) = blobs.hashes.iter().position(|hash| hash[0] != 1) {
            return Err(InvalidTransaction::BlobHashVersion(index));
        }
        let (max_fee, base_fee) = (blobs.max_fee, self.context.blob_base_fee);
        if max_fee < base_fee {
            return Err(InvalidTransaction::MaxBlobFee { max_fee, base_fee });
        }
        Ok(count as u64 * GAS_PER_BLOB)
    }

    fn check_sender(&self, transaction: &PaidTransaction) -> Result<(), InvalidTransaction> {
        let PaidTransaction { sender, nonce: given, .. } = *transaction;
        let expected = self.state.nonce(sender);
        if given < expected {
            return Err(InvalidTransaction::NonceTooLow { given, expected });
        }
        if given > expected {
            return Err(InvalidTransaction::NonceTooHigh { given, expected });
        }
        if given == u64::MAX {
            return Err(InvalidTransaction::NonceOverflow);
        }
        let code = self.state.code(sender);
        let delegates =
            self.revision >= Revision::Prague && authorization::delegate(&code).is_some();
        if !(code.is_empty() || delegates || self.allows_sender_code) {
            return Err(InvalidTransaction::SenderHasCode);
        }
        Ok(())
    }

    fn check_balance(
        &self,
        transaction: &PaidTransaction,
        blob_gas: u64,
    ) -> Result<(), InvalidTransaction> {
        let PaidTransaction { sender, gas_limit, value, .. } = *transaction;
        let max_price = match transaction.price {
            Price::Gas(price) => price,
            Price::Market { max_fee, .. } => max_fee,
        };
        let max_blob_fee = transaction.blobs.as_ref().map_or(U256::zero(), |blobs| blobs.max_fee);
        let cost = (|| {
            let gas_cost = max_price.checked_mul(gas_limit.into())?;
            let blob_cost = max_blob_fee.checked_mul(blob_gas.into())?;
            gas_cost.checked_add(value)?.checked_add(blob_cost)
        })();
        let balance = self.state.balance(sender);
        match cost {
            Some(cost) if cost <= balance => Ok(()),
            _ => Err(InvalidTransaction::Balance { balance, cost }),
        }
    }
}
