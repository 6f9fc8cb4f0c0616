//! What a row of the interface is, and how a call of it goes.

use crate::{Exit, Failure, Fees, Frame, GuestMemory, Revision};
use hebe_gas::ValueType;

/// A function that a contract can import: everything there is to know about it.
pub struct HostFunction {
    /// The import's name.
    pub name: &'static str,
    /// Types of the parameters.
    pub params: &'static [ValueType],
    /// Types of the results: none or one.
    pub results: &'static [ValueType],
    /// The first revision that has it.
    pub since: Revision,
    /// Which parameter, if any, must not be negative; it is an i64.
    pub not_negative: Option<usize>,
    /// What it costs.
    pub fee: Fee,
    /// Gas that it needs to have more than, before its fee; 0 where there is no such rule.
    pub guard: Price,
    /// What it costs beyond that, when the host answers so.
    pub surcharges: &'static [&'static Surcharge],
    /// Whether it can't be called in static mode, whatever its arguments.
    pub changes_state: bool,
    /// Whether even the trip to it costs nothing. Only a function is free that no contract of a chain can
    /// import.
    pub is_free: bool,
    /// What it does, once the fee is paid.
    pub body: Body,
}

/// A row of the oldest revision with a price table, to be refined by the methods below.
pub(crate) const fn row(
    name: &'static str,
    params: &'static [ValueType],
    results: &'static [ValueType],
    fee: Fee,
    body: Body,
) -> HostFunction {
    HostFunction {
        name,
        params,
        results,
        since: Revision::Byzantium,
        not_negative: None,
        fee,
        guard: |_| 0,
        surcharges: &[],
        changes_state: false,
        is_free: false,
        body,
    }
}

/// A fee that depends on nothing.
pub(crate) const fn flat(base: Price) -> Fee {
    Fee::Before { base, terms: &[] }
}

/// What a function does. Gives the result (0 where the function has none), or ends the frame.
pub type Body = fn(&mut Frame<'_>, &mut dyn GuestMemory, Args<'_>) -> Result<u64, Exit>;

/// A price in gas, picked from a revision's list.
pub type Price = fn(&Fees) -> u64;

/// What a function costs, apart from what depends on the host's answers.
pub enum Fee {
    /// A sum that is charged before anything else is looked at.
    Before {
        /// What every call costs.
        base: Price,
        /// What depends on the arguments.
        terms: &'static [Term],
    },
    /// The body charges this itself, after reading its arguments from memory.
    InBody(Price),
}

/// A part of a fee that grows with an argument.
pub struct Term {
    /// Which argument, taken as an unsigned number.
    pub argument: usize,
    /// What of the argument is counted.
    pub unit: Unit,
    /// The price of each.
    pub price: Price,
}

/// A part of a fee that depends on what the host answers. The body charges it, once it knows.
pub struct Surcharge {
    /// When it is charged, in words that stand behind the price.
    pub when: &'static str,
    /// The price.
    pub price: Price,
}

/// What is counted of an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// The gas that it asks for.
    Gas,
    /// Topics.
    Topic,
    /// Bytes.
    Byte,
    /// 32-byte words, where the argument is a length in bytes; rounded up.
    Word,
}

#[cfg(test)]
impl Unit {
    /// What one of them is called.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Gas => "unit asked for",
            Self::Topic => "topic",
            Self::Byte => "byte",
            Self::Word => "word",
        }
    }
}

impl HostFunction {
    /// The argument at `index` must not be negative.
    pub(crate) const fn not_negative(self, index: usize) -> Self {
        Self { not_negative: Some(index), ..self }
    }

    /// The revisions before this one don't have the function.
    pub(crate) const fn since(self, since: Revision) -> Self {
        Self { since, ..self }
    }

    /// The function needs to have more gas than this, before its fee.
    pub(crate) const fn guarded_by(self, guard: Price) -> Self {
        Self { guard, ..self }
    }

    /// The function costs this, too, when the host answers so.
    pub(crate) const fn and(self, surcharges: &'static [&'static Surcharge]) -> Self {
        Self { surcharges, ..self }
    }

    /// The function can't be called in static mode.
    pub(crate) const fn changes_state(self) -> Self {
        Self { changes_state: true, ..self }
    }

    /// Not even the trip to it costs anything.
    pub(crate) const fn free(self) -> Self {
        Self { is_free: true, ..self }
    }

    /// Calls the function in the order of checks that all share: a negative argument, the fee,
    /// static mode, then what the body looks at.
    ///
    /// `args` are the raw arguments, one for each parameter, i32 zero-extended; the result is raw
    /// likewise, and 0 where the function has none.
    ///
    /// # Errors
    ///
    /// An [`Exit`] ends the frame: the engine must leave the contract at once and report it.
    pub fn call(
        &self,
        frame: &mut Frame<'_>,
        memory: &mut dyn GuestMemory,
        args: &[u64],
    ) -> Result<u64, Exit> {
        match frame.tracer() {
            None => self.act(frame, memory, Args(args)),
            Some(tracer) => tracer.follow(self, frame, memory, args),
        }
    }

    /// The call itself.
    pub(crate) fn act(
        &self,
        frame: &mut Frame<'_>,
        memory: &mut dyn GuestMemory,
        args: Args<'_>,
    ) -> Result<u64, Exit> {
        if self.not_negative.is_some_and(|index| args.i64(index) < 0) {
            return Err(Failure::ArgumentOutOfRange.into());
        }
        let guard = (self.guard)(frame.fees());
        if guard > 0 && frame.gas_left() <= guard {
            return Err(Failure::OutOfGas.into());
        }
        if let Fee::Before { base, terms } = &self.fee {
            let fee = terms.iter().fold(base(frame.fees()), |sum, term| {
                let argument = args.0[term.argument];
                let count = match term.unit {
                    Unit::Gas | Unit::Topic | Unit::Byte => argument,
                    Unit::Word => argument.div_ceil(32),
                };
                sum.saturating_add(count.saturating_mul((term.price)(frame.fees())))
            });
            if self.is_free {
                frame.charge(fee)?
            } else {
                frame.charge_trip(fee)?
            };
        }
        if self.changes_state {
            frame.forbid_static()?;
        }
        (self.body)(frame, memory, args)
    }
}

/// The raw arguments of a call.
#[derive(Clone, Copy, Debug)]
pub struct Args<'a>(&'a [u64]);

impl<'a> Args<'a> {
    /// Raw arguments, one for each parameter, i32 zero-extended.
    pub(crate) fn new(raw: &'a [u64]) -> Self {
        Self(raw)
    }

    /// How many arguments there are.
    pub(crate) fn len(self) -> usize {
        self.0.len()
    }

    /// The argument at `index`, an i32 read as unsigned.
    #[expect(clippy::cast_possible_truncation, reason = "i32 arguments have no upper half")]
    pub fn u32(&self, index: usize) -> u32 {
        self.0[index] as u32
    }

    /// The argument at `index`, an i64.
    #[expect(clippy::cast_possible_wrap, reason = "the same bits")]
    pub fn i64(&self, index: usize) -> i64 {
        self.0[index] as i64
    }

    /// The argument at `index`, an i32 read as signed.
    #[expect(clippy::cast_possible_wrap, reason = "the same bits")]
    pub fn i32(&self, index: usize) -> i32 {
        self.u32(index) as i32
    }
}
