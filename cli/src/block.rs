//! The block and the transaction that a contract sees.

use crate::{Mistake, values};
use hebe_host::{Address, TxContext, U256};
use hebe_testing::{harness::When, state_file::LastBlock};

/// What of the block can be chosen.
#[derive(clap::Args)]
#[command(next_help_heading = "Block and transaction")]
pub(crate) struct Block {
    /// The block's number, or +NUMBER from the state file's block on [default: that of the state file, or 1]
    #[arg(long, value_name = "NUMBER", value_parser = values::when, allow_negative_numbers = true)]
    block_number: Option<When>,

    /// The block's time: seconds since 1970, or from the state file's block on, such as +90, +15m, +2h, +1d
    /// [default: that of the state file, or 1]
    #[arg(long, value_name = "TIME", value_parser = values::time, allow_negative_numbers = true)]
    timestamp: Option<When>,

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
    /// Puts it into a chain's context, after the last block of a state file.
    ///
    /// # Errors
    ///
    /// A [`Mistake`] where a number is past the last that there is.
    pub(crate) fn apply(
        &self,
        context: &mut TxContext,
        last: Option<LastBlock>,
    ) -> Result<(), Mistake> {
        let LastBlock { number, timestamp } = last.unwrap_or(LastBlock { number: 1, timestamp: 1 });
        let set = |option: &str, when: Option<When>, last: i64| match when {
            None => Ok(last),
            // A message that is no transaction may be tried at any time.
            Some(When::At(number)) => Ok(number),
            Some(later) => {
                later.after(last).map_err(|problem| Mistake(format!("{option}: {problem}")))
            }
        };
        context.block_number = set("--block-number", self.block_number, number)?;
        context.block_timestamp = set("--timestamp", self.timestamp, timestamp)?;
        context.block_gas_limit = self.block_gas_limit;
        context.block_coinbase = self.coinbase;
        context.block_prev_randao = self.difficulty;
        context.block_base_fee = self.base_fee;
        context.blob_base_fee = self.blob_base_fee;
        context.tx_gas_price = self.gas_price;
        context.chain_id = self.chain_id;
        Ok(())
    }
}
