//! How we ask the client: [`Host`] over EVMC's host interface, believing nothing.

use crate::{
    abi::*,
    convert::{self, Reader, address_to_c, bytes32_to_c},
    pointers,
    result::Received,
};
use hebe_host::{
    AccessStatus, Address, Bytes32, CallKind, CallResult, Host, HostFault, HostResult, Message,
    Revision, StatusCode, StorageStatus, TxContext, U256, create_address, create2_address,
};
use std::{
    fmt::{Debug, Display},
    io::Write,
    marker::PhantomData,
};

/// A client's host interface with its context.
///
/// Whatever the client leaves out is missed only when it is asked for: without an interface, code that
/// asks nothing still runs. An answer that can't be true is a [`HostFault`] that names the
/// function.
pub struct EvmcHost<'a, A: Abi = Abi12> {
    interface: Option<&'a evmc_host_interface<A>>,
    context: *mut evmc_host_context,
    revision: Revision,
    /// The context, too, is the client's for `'a`.
    lifetime: PhantomData<&'a mut evmc_host_context>,
}

impl<'a, A: Abi> EvmcHost<'a, A> {
    /// A host over a C interface, at a revision.
    ///
    /// # Safety
    ///
    /// For `'a`: `interface` must be null or point at an interface whose functions, where not
    /// null, follow their ABI of EVMC when called with `context`: arrays that they return are null or as long as
    /// they say, until `release` or the end of `'a`, and they write no further than the buffer that
    /// they are given.
    pub unsafe fn new(
        interface: *const evmc_host_interface<A>,
        context: *mut evmc_host_context,
        revision: Revision,
    ) -> Self {
        // SAFETY: the caller's promise.
        let interface = unsafe { pointers::value(interface) };
        Self { interface, context, revision, lifetime: PhantomData }
    }

    /// The function that `pick` finds in the interface.
    fn function<F>(
        &self,
        name: &str,
        pick: impl FnOnce(&evmc_host_interface<A>) -> Option<F>,
    ) -> HostResult<F> {
        let interface = self.interface.ok_or_else(|| fault("gave no interface (null pointer)"))?;
        pick(interface).ok_or_else(|| {
            fault(format!("gave no function {name} (null pointer in its interface)"))
        })
    }

    /// The function that `pick` finds in the interface, where its ABI has one.
    fn later_function<F>(
        &self,
        name: &str,
        pick: impl FnOnce(&evmc_host_interface<A>) -> Option<Option<F>>,
    ) -> HostResult<F> {
        self.function(name, |interface| Some(pick(interface)))?
            .ok_or_else(|| {
                fault(format!("can't be asked {name}, which EVMC {} lacks", A::VERSION))
            })?
            .ok_or_else(|| {
                fault(format!("gave no function {name} (null pointer in its interface)"))
            })
    }

    /// Sends a creation on, with the new contract's address, which a VM computes since ABI 18.
    fn create(&mut self, message: &Message<'_>) -> HostResult<CallResult> {
        let sender = message.sender;
        let nonce = self.get_nonce(sender)?;
        // A sender's nonce can't become larger (EIP-2681).
        if nonce == u64::MAX {
            return Ok(CallResult {
                status: StatusCode::Failure,
                gas_left: message.gas,
                gas_refund: 0,
                output: Vec::new(),
                create_address: Address::zero(),
            });
        }
        let address = match message.kind {
            CallKind::Create2 => create2_address(sender, message.create2_salt, message.input),
            _ => create_address(sender, nonce),
        };
        if self.revision >= Revision::Berlin {
            self.access_account(address)?;
        }
        let mut result =
            self.send(&Message { recipient: address, code_address: address, ..*message })?;
        if result.status == StatusCode::Success {
            result.create_address = address;
        }
        Ok(result)
    }

    fn send(&mut self, message: &Message<'_>) -> HostResult<CallResult> {
        let ask = self.function("call", |host| host.call)?;
        // Only what a VM receives is read by the running account.
        let reader = Reader::Host { running: Address::zero() };
        let c_message = convert::message_to_c(message, reader)
            .map_err(|problem| fault(format!("can't be asked for a call: {problem}")))?;
        // SAFETY: as in `account_exists`; `c_message` borrows `message`, which outlives the call. The
        // result is ours to release, by EVMC.
        let result = unsafe { Received::new(ask(self.context, &c_message)) };
        result.read(message.gas).map_err(|bad| lie("call", bad))
    }
}

fn fault(text: impl Into<String>) -> HostFault {
    HostFault(text.into().into())
}

/// An answer that can't be true: `which` function, and what is wrong with what it said.
fn lie(which: &str, what: impl Display) -> HostFault {
    fault(format!("answered {which} with {what}"))
}

/// The meaning of a number that an enumeration of EVMC must have.
fn known<C: Copy + Debug, T>(
    which: &str,
    number: C,
    meaning: impl FnOnce(C) -> Option<T>,
) -> HostResult<T> {
    meaning(number).ok_or_else(|| lie(which, format!("{number:?}, which has no meaning there")))
}

impl<A: Abi> Host for EvmcHost<'_, A> {
    fn account_exists(&mut self, address: Address) -> HostResult<bool> {
        let ask = self.function("account_exists", |host| host.account_exists)?;
        // SAFETY: `new`'s caller made the promise for every function; the pointers last for the call.
        let answer = unsafe { ask(self.context, &address_to_c(address)) };
        known("account_exists", answer, convert::boolean)
    }

    fn get_storage(&mut self, address: Address, key: Bytes32) -> HostResult<Bytes32> {
        let ask = self.function("get_storage", |host| host.get_storage)?;
        // SAFETY: as in `account_exists`.
        let answer = unsafe { ask(self.context, &address_to_c(address), &bytes32_to_c(key)) };
        Ok(convert::bytes32(answer))
    }

    fn set_storage(
        &mut self,
        address: Address,
        key: Bytes32,
        value: Bytes32,
    ) -> HostResult<StorageStatus> {
        let ask = self.function("set_storage", |host| host.set_storage)?;
        let (address, key, value) = (address_to_c(address), bytes32_to_c(key), bytes32_to_c(value));
        // SAFETY: as in `account_exists`.
        let answer = unsafe { ask(self.context, &address, &key, &value) };
        known("set_storage", answer, convert::storage_status::<A>)
    }

    fn get_balance(&mut self, address: Address) -> HostResult<U256> {
        let ask = self.function("get_balance", |host| host.get_balance)?;
        // SAFETY: as in `account_exists`.
        Ok(convert::u256(unsafe { ask(self.context, &address_to_c(address)) }))
    }

    fn get_code_size(&mut self, address: Address) -> HostResult<usize> {
        let ask = self.function("get_code_size", |host| host.get_code_size)?;
        // SAFETY: as in `account_exists`.
        Ok(unsafe { ask(self.context, &address_to_c(address)) })
    }

    fn get_code_hash(&mut self, address: Address) -> HostResult<Bytes32> {
        let ask = self.function("get_code_hash", |host| host.get_code_hash)?;
        // SAFETY: as in `account_exists`.
        Ok(convert::bytes32(unsafe { ask(self.context, &address_to_c(address)) }))
    }

    fn copy_code(
        &mut self,
        address: Address,
        offset: usize,
        buffer: &mut [u8],
    ) -> HostResult<usize> {
        let ask = self.function("copy_code", |host| host.copy_code)?;
        let (address, size) = (address_to_c(address), buffer.len());
        // SAFETY: as in `account_exists`; the buffer is ours alone during the call.
        let copied = unsafe { ask(self.context, &address, offset, buffer.as_mut_ptr(), size) };
        if copied > size {
            return Err(lie("copy_code", format!("{copied} bytes, into a buffer of {size}")));
        }
        Ok(copied)
    }

    fn selfdestruct(&mut self, address: Address, beneficiary: Address) -> HostResult<bool> {
        let ask = self.function("selfdestruct", |host| host.selfdestruct)?;
        let (address, beneficiary) = (address_to_c(address), address_to_c(beneficiary));
        // SAFETY: as in `account_exists`.
        let answer = unsafe { ask(self.context, &address, &beneficiary) };
        // ABI 9 does not say: the host adds the refund up that this is for.
        answer.get().map_or(Ok(false), |answer| known("selfdestruct", answer, convert::boolean))
    }

    fn get_nonce(&mut self, address: Address) -> HostResult<u64> {
        let ask = self.later_function("get_nonce", |host| host.get_nonce.get())?;
        // SAFETY: as in `account_exists`.
        Ok(unsafe { ask(self.context, &address_to_c(address)) })
    }

    fn call(&mut self, message: &Message<'_>) -> HostResult<CallResult> {
        if message.is_create() && A::VERSION >= 18 {
            self.create(message)
        } else {
            self.send(message)
        }
    }

    fn get_tx_context(&mut self) -> HostResult<TxContext> {
        let ask = self.function("get_tx_context", |host| host.get_tx_context)?;
        // SAFETY: as in `account_exists`.
        let context = unsafe { ask(self.context) };
        // SAFETY: EVMC requires the arrays to be valid until the execution ends.
        unsafe { convert::tx_context(&context) }
            .map_err(|bad| lie("get_tx_context", format!("blob hashes with {bad}")))
    }

    fn get_block_hash(&mut self, number: i64) -> HostResult<Bytes32> {
        let ask = self.function("get_block_hash", |host| host.get_block_hash)?;
        // SAFETY: as in `account_exists`.
        Ok(convert::bytes32(unsafe { ask(self.context, number) }))
    }

    fn emit_log(&mut self, address: Address, data: &[u8], topics: &[Bytes32]) -> HostResult<()> {
        let ask = self.function("emit_log", |host| host.emit_log)?;
        let address = address_to_c(address);
        let topics: Vec<_> = topics.iter().copied().map(bytes32_to_c).collect();
        let (data, size) = (pointers::pointer_to(data), data.len());
        // SAFETY: as in `account_exists`.
        unsafe { ask(self.context, &address, data, size, topics.as_ptr(), topics.len()) };
        Ok(())
    }

    fn access_account(&mut self, address: Address) -> HostResult<AccessStatus> {
        let ask = self.function("access_account", |host| host.access_account)?;
        // SAFETY: as in `account_exists`.
        let answer = unsafe { ask(self.context, &address_to_c(address)) };
        known("access_account", answer.into(), convert::access_status)
    }

    fn access_storage(&mut self, address: Address, key: Bytes32) -> HostResult<AccessStatus> {
        let ask = self.function("access_storage", |host| host.access_storage)?;
        // SAFETY: as in `account_exists`.
        let answer = unsafe { ask(self.context, &address_to_c(address), &bytes32_to_c(key)) };
        known("access_storage", answer.into(), convert::access_status)
    }

    fn get_transient_storage(&mut self, address: Address, key: Bytes32) -> HostResult<Bytes32> {
        let ask =
            self.later_function("get_transient_storage", |host| host.get_transient_storage.get())?;
        // SAFETY: as in `account_exists`.
        let answer = unsafe { ask(self.context, &address_to_c(address), &bytes32_to_c(key)) };
        Ok(convert::bytes32(answer))
    }

    fn set_transient_storage(
        &mut self,
        address: Address,
        key: Bytes32,
        value: Bytes32,
    ) -> HostResult<()> {
        let ask =
            self.later_function("set_transient_storage", |host| host.set_transient_storage.get())?;
        let (address, key, value) = (address_to_c(address), bytes32_to_c(key), bytes32_to_c(value));
        // SAFETY: as in `account_exists`.
        unsafe { ask(self.context, &address, &key, &value) };
        Ok(())
    }

    /// EVMC has no place for this, so it goes to standard error. That one may be closed in a client's
    /// process, which must not change how a contract ends.
    fn debug(&mut self, line: &str) {
        let _ = writeln!(std::io::stderr(), "{line}");
    }
}
