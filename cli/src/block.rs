//! The block and the transaction that a contract sees.

use crate::values;
use hebe_host::{Address, TxContext, U256};

/// What of the block can be chosen.
#[derive(clap::Args)]
#[command(next_help_heading = "Block and transaction")]
pub(crate) struct Block {
    /// The block's number
    #[arg(long, value_name = "NUMBER", default_value_t = 1,
          value_parser = clap::value_parser!(i64).range(0..), allow_negative_numbers = true)]
    block_number: i64,

    /// The block's time, in seconds since 1970
    #[arg(long, value_name = "SECONDS", default_value_t = 1,
          value_parser = clap::value_parser!(i64).range(0..), allow_negative_numbers = true)]
    timestamp: i64,

    /// The block's gas limit
    #[arg(long, value_name = "NUMBER", default_value_t = i64::MAX,
          value_parser = clap::value_parser!(i64).range(0..), allow_negative_numbers = true)]
    block_gas_limit: i64,

    /// Who receives the block's fees
    #[arg(long, value_name = "ADDRESS", value_parser = values::address,
          default_value = "0x0000000000000000000000000000000000000000")]
    coinbase: Address,

    /// The block's difficulty, from Paris on its RANDAO value, decimal or hex with 0x
    #[arg(long, value_name = "NUMBER", value_parser = values::number, default_value = "0")]
    difficulty: U256,

    /// Wei that the block burns for a unit of gas, as the contract is told (from London on)
    #[arg(long, value_name = "NUMBER", value_parser = values::number, default_value = "0")]
    base_fee: U256,

    /// Wei for a unit of blob gas, as the contract is told (from Cancun on)
    #[arg(long, value_name = "NUMBER", value_parser = values::number, default_value = "1")]
    blob_base_fee: U256,

    /// Wei for a unit of gas, as the contract is told; nobody is charged
    #[arg(long, value_name = "NUMBER", value_parser = values::number, default_value = "0")]
    gas_price: U256,

    /// The chain's number (EIP-155)
    #[arg(long, value_name = "NUMBER", value_parser = values::number, default_value = "1")]
    chain_id: U256,
}

impl Block {
    /// Puts it into a chain's context.
    pub(crate) fn apply(&self, context: &mut TxContext) {
        context.block_number = self.block_number;
        context.block_timestamp = self.timestamp;
        context.block_gas_limit = self.block_gas_limit;
        context.block_coinbase = self.coinbase;
        context.block_prev_randao = self.difficulty;
        context.block_base_fee = self.base_fee;
        context.blob_base_fee = self.blob_base_fee;
        context.tx_gas_price = self.gas_price;
        context.chain_id = self.chain_id;
    }
}
