//! Two tokens, traded at a price that their amounts make: arithmetic of 256 bits and more, calls of other contracts, and a lock.
//!
//! The product of the two amounts never gets smaller; of what comes in, 0.3% stays with who owns shares.

#![cfg_attr(target_arch = "wasm32", no_std)]

use hebe_sdk::{call::OrRevert, prelude::*};

/// A token, as far as a pool uses it.
#[interface]
trait Token {
    fn transfer(&mut self, to: Address, value: U256) -> bool;
    fn transfer_from(&mut self, from: Address, to: Address, value: U256) -> bool;
}

/// What is stored.
#[storage]
pub struct Pool {
    token0: Slot<Address>,
    locked: Slot<bool>,
    token1: Slot<Address>,
    reserve0: Slot<u128>,
    reserve1: Slot<u128>,
    total_shares: Slot<U256>,
    shares: Mapping<Address, Slot<U256>>,
}

/// Somebody put in both tokens.
#[derive(Event)]
struct Added {
    #[indexed]
    provider: Address,
    amount0: U256,
    amount1: U256,
    shares: U256,
}

/// Somebody took both out.
#[derive(Event)]
struct Removed {
    #[indexed]
    provider: Address,
    amount0: U256,
    amount1: U256,
    shares: U256,
}

/// Somebody gave one for the other.
#[derive(Event)]
struct Swapped {
    #[indexed]
    sender: Address,
    token_in: Address,
    amount_in: U256,
    amount_out: U256,
}

/// The price moved too far.
#[derive(CustomError)]
struct TooLittle {
    amount: U256,
    least: U256,
}

/// Of 1,000 that come in, so many are traded.
const TRADED: u32 = 997;

#[contract(events(Added, Removed, Swapped), errors(TooLittle))]
impl Pool {
    #[constructor]
    pub fn create(&mut self, token0: Address, token1: Address) {
        require!(token0 != token1, "the tokens are the same");
        self.token0.set(token0);
        self.token1.set(token1);
    }

    pub fn tokens(&self) -> (Address, Address) {
        (self.token0.get(), self.token1.get())
    }

    pub fn reserves(&self) -> (u128, u128) {
        (self.reserve0.get(), self.reserve1.get())
    }

    pub fn total_shares(&self) -> U256 {
        self.total_shares.get()
    }

    pub fn shares_of(&self, owner: Address) -> U256 {
        self.shares.at(owner).get()
    }

    /// What a swap would give, fee taken off, rounded down.
    pub fn amount_out(&self, token_in: Address, amount_in: U256) -> U256 {
        let (reserve_in, reserve_out) = self.sides(token_in);
        traded(amount_in, reserve_in.into(), reserve_out.into())
    }

    /// Puts in both tokens, which must be allowed, and gives shares. What doesn't fit the pool's price is a gift to it.
    pub fn add(&mut self, amount0: U256, amount1: U256) -> U256 {
        self.lock();
        let provider = message::sender();
        let (reserve0, reserve1) = self.reserves();
        let total = self.total_shares.get();
        let shares = if total.is_zero() {
            // Both fit in 128 bits, so the product fits in 256.
            math::sqrt(U256::from(narrow(amount0)) * U256::from(narrow(amount1))).into()
        } else {
            let by0 = mul_div(amount0, total, reserve0.into());
            let by1 = mul_div(amount1, total, reserve1.into());
            by0.min(by1)
        };
        require!(!shares.is_zero(), "the amounts are too small for a share");
        take(self.token0.get(), provider, amount0);
        take(self.token1.get(), provider, amount1);
        self.reserve0.set(narrow(amount0 + reserve0));
        self.reserve1.set(narrow(amount1 + reserve1));
        self.total_shares.set(total + shares);
        let mut owned = self.shares.at_mut(provider);
        let more = owned.get() + shares;
        owned.set(more);
        Added { provider, amount0, amount1, shares }.emit();
        self.locked.set(false);
        shares
    }

    /// Gives shares back for their part of both tokens.
    pub fn remove(&mut self, shares: U256) -> (U256, U256) {
        self.lock();
        let provider = message::sender();
        let mut owned = self.shares.at_mut(provider);
        let has = owned.get();
        require!(shares <= has, "insufficient shares");
        owned.set(has - shares);
        let (reserve0, reserve1) = self.reserves();
        let total = self.total_shares.get();
        let amount0 = mul_div(shares, reserve0.into(), total);
        let amount1 = mul_div(shares, reserve1.into(), total);
        self.total_shares.set(total - shares);
        self.reserve0.set(reserve0 - narrow(amount0));
        self.reserve1.set(reserve1 - narrow(amount1));
        give(self.token0.get(), provider, amount0);
        give(self.token1.get(), provider, amount1);
        Removed { provider, amount0, amount1, shares }.emit();
        self.locked.set(false);
        (amount0, amount1)
    }

    /// Gives one token for the other, at least `least` of it.
    pub fn swap(&mut self, token_in: Address, amount_in: U256, least: U256) -> U256 {
        self.lock();
        let sender = message::sender();
        let (reserve_in, reserve_out) = self.sides(token_in);
        let amount = traded(amount_in, reserve_in.into(), reserve_out.into());
        require!(!amount.is_zero(), "the trade would give nothing");
        require!(amount >= least, TooLittle { amount, least });
        let (more, less) = (narrow(amount_in + reserve_in), reserve_out - narrow(amount));
        let token0 = self.token0.get();
        let token_out = if token_in == token0 {
            self.reserve0.set(more);
            self.reserve1.set(less);
            self.token1.get()
        } else {
            self.reserve1.set(more);
            self.reserve0.set(less);
            token0
        };
        take(token_in, sender, amount_in);
        give(token_out, sender, amount);
        Swapped { sender, token_in, amount_in, amount_out: amount }.emit();
        self.locked.set(false);
        amount
    }

    /// The reserves of the token that comes in, and of the other.
    fn sides(&self, token_in: Address) -> (u128, u128) {
        let (reserve0, reserve1) = self.reserves();
        if token_in == self.token0.get() {
            (reserve0, reserve1)
        } else {
            require!(token_in == self.token1.get(), "the pool doesn't have this token");
            (reserve1, reserve0)
        }
    }

    /// Keeps tokens from calling back in while amounts and reserves don't agree.
    fn lock(&mut self) {
        require!(!self.locked.get(), "the pool is locked");
        self.locked.set(true);
    }
}

fn take(token: Address, from: Address, value: U256) {
    let taken = Token(token).transfer_from(from, message::recipient(), value).or_revert();
    require!(taken, "the token was not given");
}

fn give(token: Address, to: Address, value: U256) {
    let given = Token(token).transfer(to, value).or_revert();
    require!(given, "the token could not be given");
}

/// What the pool gives for an amount, so that the product of the reserves does not get smaller, the fee left out.
fn traded(amount_in: U256, reserve_in: U256, reserve_out: U256) -> U256 {
    let traded = amount_in * TRADED;
    mul_div(traded, reserve_out, reserve_in * 1000 + traded)
}

/// `a * b / divisor`, rounded down; the product may have 512 bits.
fn mul_div(a: U256, b: U256, divisor: U256) -> U256 {
    require!(!divisor.is_zero(), "the pool is empty");
    math::mul_div(a, b, divisor)
}

/// An amount of which a reserve can be made.
fn narrow(amount: U256) -> u128 {
    match amount.try_into() {
        Ok(amount) => amount,
        Err(_) => revert("the amount is larger than 128 bits"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trade_never_makes_the_product_smaller() {
        for (amount, reserve_in, reserve_out) in
            [(1, 1, 1), (1_000, 10_000, 20_000), (u128::MAX, 1, u128::MAX), (7, u128::MAX, 3)]
        {
            let [amount, reserve_in, reserve_out] =
                [amount, reserve_in, reserve_out].map(U256::from);
            let out = traded(amount, reserve_in, reserve_out);
            let before = reserve_in.full_mul(reserve_out);
            let after = (reserve_in + amount).full_mul(reserve_out - out);
            assert!(after >= before, "{amount} in, {out} out");
        }
        // By hand: 997 * 20,000 / (10,000 + 997) is 1,813.2.
        assert_eq!(traded(1_000.into(), 10_000.into(), 20_000.into()), 1_813.into());
    }

    #[test]
    fn products_of_512_bits() {
        assert_eq!(mul_div(U256::MAX, U256::MAX, U256::MAX), U256::MAX);
        assert_eq!(mul_div(U256::MAX, 3.into(), 4.into()), U256::MAX / 4 * 3 + 2);
    }

    #[test]
    #[should_panic(expected = "reverted")]
    fn a_quotient_that_is_too_large() {
        mul_div(U256::MAX, 2.into(), 1.into());
    }
}
