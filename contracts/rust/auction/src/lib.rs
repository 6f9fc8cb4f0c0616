//! An auction house: structs in a mapping and an array, texts, custom errors, deadlines.
//!
//! Whoever sells opens a lot with a reserve and a time to run. Whoever bids sends more than the bid before, which goes back to
//! its bidder's credit. After the deadline anyone settles, and the seller's credit grows by the highest bid. Credit is
//! withdrawn, so that nobody's refusal to take money stops an auction.

#![cfg_attr(target_arch = "wasm32", no_std)]

use hebe_sdk::prelude::*;

/// What is stored of a lot.
#[storage]
pub struct Lot {
    seller: Slot<Address>,
    deadline: Slot<u64>,
    settled: Slot<bool>,
    reserve: Slot<u128>,
    highest: Slot<u128>,
    bidder: Slot<Address>,
    title: Text,
}

/// What is stored.
#[storage]
pub struct Auction {
    name: Text,
    lots: Mapping<u64, Lot>,
    count: Slot<u64>,
    credit: Mapping<Address, Slot<u128>>,
    bids: Array<Bid>,
}

/// A bid, kept for history.
#[storage]
pub struct Bid {
    lot: Slot<u64>,
    by: Slot<Address>,
    amount: Slot<u128>,
}

/// A lot as others see it.
#[derive(Abi)]
pub struct LotView {
    seller: Address,
    title: String,
    reserve: u128,
    deadline: u64,
    settled: bool,
}

/// A lot can be bid on.
#[derive(Event)]
struct Opened {
    #[indexed]
    lot: u64,
    #[indexed]
    seller: Address,
    title: String,
    deadline: u64,
}

/// Somebody offers more.
#[derive(Event)]
struct BidPlaced {
    #[indexed]
    lot: u64,
    #[indexed]
    bidder: Address,
    amount: u128,
}

/// A lot is sold, or was not wanted.
#[derive(Event)]
struct Settled {
    #[indexed]
    lot: u64,
    #[indexed]
    winner: Address,
    amount: u128,
}

#[derive(CustomError)]
struct NoSuchLot {
    lot: u64,
}

#[derive(CustomError)]
struct BidTooLow {
    offered: u128,
    required: u128,
}

#[derive(CustomError)]
struct Closed {
    deadline: u64,
    now: u64,
}

#[derive(CustomError)]
struct StillOpen {
    deadline: u64,
    now: u64,
}

#[contract]
impl Auction {
    #[constructor]
    pub fn create(&mut self, name: String) {
        require!(!name.is_empty(), "an auction house has a name");
        self.name.set(&name);
    }

    pub fn name(&self) -> String {
        self.name.get()
    }

    /// Opens a lot for so many seconds. Gives its number.
    pub fn open(&mut self, title: String, reserve: u128, seconds: u64) -> u64 {
        require!(seconds > 0, "a lot needs time");
        let lot = self.count.get();
        let (seller, deadline) = (message::sender(), now() + seconds);
        self.count.set(lot + 1);
        let mut stored = self.lots.at_mut(lot);
        stored.seller.set(seller);
        stored.deadline.set(deadline);
        stored.reserve.set(reserve);
        stored.title.set(&title);
        Opened { lot, seller, title, deadline }.emit();
        lot
    }

    pub fn lot(&self, lot: u64) -> LotView {
        self.check(lot);
        let stored = self.lots.at(lot);
        LotView {
            seller: stored.seller.get(),
            title: stored.title.get(),
            reserve: stored.reserve.get(),
            deadline: stored.deadline.get(),
            settled: stored.settled.get(),
        }
    }

    #[returns(bidder, amount)]
    pub fn highest(&self, lot: u64) -> (Address, u128) {
        self.check(lot);
        let stored = self.lots.at(lot);
        (stored.bidder.get(), stored.highest.get())
    }

    /// Bids what is sent along.
    #[payable]
    pub fn bid(&mut self, lot: u64) {
        self.check(lot);
        let (bidder, offered) = (message::sender(), message::value());
        let mut stored = self.lots.at_mut(lot);
        let (deadline, now) = (stored.deadline.get(), now());
        require!(now < deadline, Closed { deadline, now });
        let (highest, before) = (stored.highest.get(), stored.bidder.get());
        let required = if highest == 0 { stored.reserve.get() } else { highest + 1 };
        require!(offered >= required && offered > 0, BidTooLow { offered, required });
        stored.highest.set(offered);
        stored.bidder.set(bidder);
        if highest > 0 {
            self.add_credit(before, highest);
        }
        let mut kept = self.bids.grow();
        kept.lot.set(lot);
        kept.by.set(bidder);
        kept.amount.set(offered);
        debug!("lot {lot}: {offered} wei");
        BidPlaced { lot, bidder, amount: offered }.emit();
    }

    /// Gives the seller what was bid, once the time is over.
    pub fn settle(&mut self, lot: u64) {
        self.check(lot);
        let mut stored = self.lots.at_mut(lot);
        let (deadline, now) = (stored.deadline.get(), now());
        require!(now >= deadline, StillOpen { deadline, now });
        require!(!stored.settled.get(), "the lot is settled");
        stored.settled.set(true);
        let (winner, amount, seller) =
            (stored.bidder.get(), stored.highest.get(), stored.seller.get());
        if amount > 0 {
            self.add_credit(seller, amount);
        }
        Settled { lot, winner, amount }.emit();
    }

    /// How many bids there were, on all lots.
    pub fn bids(&self) -> u32 {
        self.bids.len()
    }

    /// Forgets all bids but the first ones, and gives their storage back.
    pub fn forget_bids(&mut self, keep: u32) {
        self.bids.truncate(keep);
    }

    pub fn credit_of(&self, account: Address) -> u128 {
        self.credit.at(account).get()
    }

    /// Sends the sender what is theirs.
    pub fn withdraw(&mut self) -> u128 {
        let who = message::sender();
        let mut credit = self.credit.at_mut(who);
        let amount = credit.get();
        require!(amount > 0, "there is nothing to withdraw");
        // Before the money goes: whoever gets it may come back.
        credit.set(0);
        require!(Call::to(who).value(amount).send(&[]).is_ok(), "the money was not taken");
        amount
    }

    fn add_credit(&mut self, account: Address, amount: u128) {
        let mut credit = self.credit.at_mut(account);
        let sum = credit.get() + amount;
        credit.set(sum);
    }

    fn check(&self, lot: u64) {
        require!(lot < self.count.get(), NoSuchLot { lot });
    }
}

/// The block's time.
fn now() -> u64 {
    block::timestamp()
}
