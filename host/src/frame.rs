//! What a running message has: its gas, its return data, and the way to its chain.

use crate::{
    Exit, Failure, Fault, Fees, Host, HostFault, Message, Outcome, Surcharge, TxContext,
    add_refund, gas::Gas, trace::Tracer,
};
use hebe_gas::PARTICLES_PER_GAS;

/// One running message. Host functions act on it, and nothing of it outlives the message.
pub struct Frame<'a> {
    message: &'a Message<'a>,
    code: &'a [u8],
    host: &'a mut dyn Host,
    tracer: Option<&'a Tracer<'a>>,
    fees: &'static Fees,
    max_init_code_size: Option<usize>,
    gas: Gas,
    gas_refund: i64,
    return_data: Vec<u8>,
    tx_context: Option<TxContext>,
    /// Where instructions are not metered, how many more may be executed.
    instructions_left: Option<i64>,
    /// What running code has taken from the counter.
    counted: u64,
    /// What a call of a host function costs at least, in particles.
    trip_particles: u32,
}

impl<'a> Frame<'a> {
    /// A frame for `message`, which runs `code` (as it is in the state) at the prices of `fees`.
    ///
    /// # Errors
    ///
    /// Those of [`Message::checked_gas`].
    pub fn new(
        message: &'a Message<'a>,
        code: &'a [u8],
        fees: &'static Fees,
        host: &'a mut dyn Host,
    ) -> Result<Self, Fault> {
        let gas = message.checked_gas(code)?;
        Ok(Self {
            message,
            code,
            host,
            tracer: None,
            fees,
            max_init_code_size: fees.max_init_code_size,
            gas: Gas::new(gas),
            gas_refund: 0,
            return_data: Vec::new(),
            tx_context: None,
            instructions_left: None,
            counted: 0,
            trip_particles: 0,
        })
    }

    /// Makes running code's counter one of instructions instead of gas, with this bound.
    pub fn count_instructions(&mut self, bound: i64) {
        self.instructions_left = Some(bound);
    }

    /// Lets init code be as long as this, in bytes, instead of what the revision says. Revisions without
    /// a limit (before EIP-3860) stay without one.
    pub fn limit_init_code(&mut self, max_size: usize) {
        self.max_init_code_size = self.fees.max_init_code_size.and(Some(max_size));
    }

    /// Lets each call of a host function cost at least this: what it takes to leave the contract and come
    /// back.
    pub fn charge_trips(&mut self, particles: u32) {
        self.trip_particles = particles;
    }

    /// Takes the fee of a host function from what is left, or what the trip to it costs where that is more.
    ///
    /// # Errors
    ///
    /// [`Failure::OutOfGas`] when there is less.
    pub(crate) fn charge_trip(&mut self, fee: u64) -> Result<(), Failure> {
        let fee = u128::from(fee) * u128::from(PARTICLES_PER_GAS);
        self.charge_particles(fee.max(self.trip_particles.into()))
    }

    /// The longest init code, in bytes, where the revision has a limit.
    pub(crate) fn max_init_code_size(&self) -> Option<usize> {
        self.max_init_code_size
    }

    /// Has every call of a host function told to `tracer`, if there is one.
    pub fn trace(&mut self, tracer: Option<&'a Tracer<'a>>) {
        self.tracer = tracer;
    }

    /// Who is told of calls, if anybody is.
    pub(crate) fn tracer(&self) -> Option<&'a Tracer<'a>> {
        self.tracer
    }

    /// The message.
    pub fn message(&self) -> &'a Message<'a> {
        self.message
    }

    /// The code in the state, whatever form of it is running.
    pub fn code(&self) -> &'a [u8] {
        self.code
    }

    /// The prices.
    pub fn fees(&self) -> &'static Fees {
        self.fees
    }

    /// The chain, to be asked one question.
    pub fn host(&mut self) -> &mut dyn Host {
        self.host.note_gas_left(self.gas.left());
        self.host
    }

    /// Gas that is left, in whole units; a unit that is begun counts as used.
    pub fn gas_left(&self) -> u64 {
        self.gas.left()
    }

    /// Takes `gas` from what is left.
    ///
    /// # Errors
    ///
    /// [`Failure::OutOfGas`] when there is less.
    pub fn charge(&mut self, gas: u64) -> Result<(), Failure> {
        self.charge_particles(u128::from(gas) * u128::from(PARTICLES_PER_GAS))
    }

    /// Takes a surcharge from what is left.
    ///
    /// # Errors
    ///
    /// [`Failure::OutOfGas`] when there is less.
    pub(crate) fn pay(&mut self, surcharge: &Surcharge) -> Result<(), Failure> {
        self.charge((surcharge.price)(self.fees))
    }

    /// Takes `particles` from what is left.
    ///
    /// # Errors
    ///
    /// [`Failure::OutOfGas`] when there is less.
    pub fn charge_particles(&mut self, particles: u128) -> Result<(), Failure> {
        if self.gas.take(particles) { Ok(()) } else { Err(Failure::OutOfGas) }
    }

    /// Gives back gas that was taken and not used.
    pub(crate) fn give_back(&mut self, gas: u64) {
        self.gas.give_back(gas);
    }

    /// The counter as running code is given it: particles of gas that are left, or where instructions
    /// are not metered, how many more may be executed.
    pub fn counter(&mut self) -> i64 {
        match self.instructions_left {
            Some(left) => left,
            None => self.gas.counter(),
        }
    }

    /// Takes the counter back from running code, which has taken from it.
    pub fn set_counter(&mut self, counter: i64) {
        let before = match &mut self.instructions_left {
            Some(left) => std::mem::replace(left, counter),
            None => self.gas.set_counter(counter),
        };
        self.counted = self.counted.wrapping_add(before.wrapping_sub(counter).cast_unsigned());
    }

    /// How much of the counter running code has taken, as far as it gave it back: for its instructions,
    /// not for fees. No chain learns of it.
    pub fn counted(&self) -> u64 {
        self.counted
    }

    /// How the frame ends when running code wants to take more from the counter than there is.
    pub fn counter_used_up(&self) -> Exit {
        match self.instructions_left {
            Some(_) => Fault::InstructionBound.into(),
            None => Failure::OutOfGas.into(),
        }
    }

    /// Adds to what is refunded when the transaction ends.
    ///
    /// # Errors
    ///
    /// Those of [`add_refund`].
    pub(crate) fn refund(&mut self, gas: i64) -> Result<(), HostFault> {
        self.gas_refund = add_refund(self.gas_refund, gas)?;
        Ok(())
    }

    /// Stands before every change of state.
    ///
    /// # Errors
    ///
    /// [`Failure::StaticModeViolation`] in static mode.
    pub(crate) fn forbid_static(&self) -> Result<(), Failure> {
        if self.message.is_static { Err(Failure::StaticModeViolation) } else { Ok(()) }
    }

    /// What the last call or failed create returned.
    pub(crate) fn return_data(&self) -> &[u8] {
        &self.return_data
    }

    /// Replaces what the last call or failed create returned.
    pub(crate) fn set_return_data(&mut self, data: Vec<u8>) {
        self.return_data = data;
    }

    /// The transaction and block, asked of the chain once.
    ///
    /// # Errors
    ///
    /// Those of [`Host::get_tx_context`].
    pub(crate) fn tx_context(&mut self) -> Result<&TxContext, Exit> {
        if self.tx_context.is_none() {
            self.tx_context = Some(self.host().get_tx_context()?);
        }
        self.tx_context.as_ref().ok_or_else(|| unreachable!("it was just set"))
    }

    /// The outcome, given how the contract's `main` ended.
    ///
    /// # Errors
    ///
    /// The [`Fault`] that `ended` holds, if it does.
    pub fn settle(self, ended: Result<(), Exit>) -> Result<Outcome, Fault> {
        let gas_left = i64::try_from(self.gas.left())
            .map_err(|_| Fault::Engine("more gas is left than there was".to_owned()))?;
        let gas_refund = self.gas_refund;
        Ok(match ended {
            Ok(()) => Outcome::Success { gas_left, gas_refund, output: Vec::new() },
            Err(Exit::Finish(output)) => Outcome::Success { gas_left, gas_refund, output },
            Err(Exit::Revert(output)) => Outcome::Revert { gas_left, output },
            Err(Exit::Failure(failure)) => Outcome::Failure(failure),
            Err(Exit::Fault(fault)) => return Err(fault),
        })
    }
}
