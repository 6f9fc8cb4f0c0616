//! Calls: what is delivered, and what comes back.

use crate::{
    command::{self, Command, Order},
    probe::{Checked, Probe},
};
use hebe_host::{CallKind, CallResult, Message, StatusCode, U256};

/// Sends a message that finishes with what came of it, and compares.
fn delivered(probe: &mut Probe<'_>, sent: &Message<'_>) -> Checked {
    let result = probe.send(sent)?;
    succeeded(&result)?;
    let arrived = String::from_utf8_lossy(&result.output).into_owned();
    let expected = command::seen(sent, probe.abi);
    let wrong =
        expected.lines().zip(arrived.lines()).find(|(expected, arrived)| expected != arrived);
    match wrong {
        Some((expected, arrived)) => {
            Err(format!("a message was sent with {expected}, and came with {arrived}"))
        }
        None if expected.len() != arrived.len() => Err(format!(
            "the output should have {} bytes, and has {}",
            expected.len(),
            arrived.len()
        )),
        None if result.gas_left != sent.gas => {
            Err(format!("all {} gas was left, and {} came back", sent.gas, result.gas_left))
        }
        None => Ok(()),
    }
}

fn succeeded(result: &CallResult) -> Checked {
    match result.status {
        StatusCode::Success => Ok(()),
        status => Err(format!("a message that succeeds came back with {status}")),
    }
}

pub(super) fn a_call_is_delivered(probe: &mut Probe<'_>) -> Checked {
    let input = Order::new(Command::Finish).bytes();
    let helper = probe.helper()?;
    delivered(probe, &probe.to(CallKind::Call, helper, &input))?;
    // To itself, too: the same code comes back while it runs.
    delivered(probe, &probe.to(CallKind::Call, probe.own(), &input))
}

pub(super) fn a_static_call_is_delivered(probe: &mut Probe<'_>) -> Checked {
    let input = Order::new(Command::Finish).bytes();
    let helper = probe.helper()?;
    delivered(probe, &Message { is_static: true, ..probe.to(CallKind::Call, helper, &input) })
}

pub(super) fn a_delegate_call_is_delivered(probe: &mut Probe<'_>) -> Checked {
    let input = Order::new(Command::Finish).bytes();
    let helper = probe.helper()?;
    delivered(probe, &probe.to(CallKind::DelegateCall, helper, &input))
}

pub(super) fn a_callcode_is_delivered(probe: &mut Probe<'_>) -> Checked {
    let input = Order::new(Command::Finish).bytes();
    let helper = probe.helper()?;
    delivered(probe, &probe.to(CallKind::CallCode, helper, &input))
}

pub(super) fn a_large_input_is_delivered(probe: &mut Probe<'_>) -> Checked {
    let rest = (0..20_000_u32).flat_map(u32::to_be_bytes).collect();
    let input = Order { rest, ..Order::new(Command::Finish) }.bytes();
    let helper = probe.helper()?;
    delivered(probe, &probe.to(CallKind::Call, helper, &input))
}

pub(super) fn a_revert_gives_back(probe: &mut Probe<'_>) -> Checked {
    let key = probe.fresh_key();
    let input = Order::about(Command::ChangeAndRevert, key).bytes();
    let message = probe.to(CallKind::Call, probe.own(), &input);
    let result = probe.send(&message)?;
    if result.status != StatusCode::Revert {
        return Err(format!("a revert came back as {}", result.status));
    }
    if result.output != command::REVERTED {
        return Err(format!("of the output of a revert, {} bytes came back", result.output.len()));
    }
    if result.gas_left != message.gas {
        return Err(format!(
            "a revert left {} gas, and {} came back",
            message.gas, result.gas_left
        ));
    }
    Ok(())
}

pub(super) fn a_failure_takes_all(probe: &mut Probe<'_>) -> Checked {
    let key = probe.fresh_key();
    let result = probe.order(&Order::about(Command::ChangeAndFail, key))?;
    match (result.status, result.gas_left) {
        (StatusCode::Success | StatusCode::Revert, _) => {
            Err(format!("a failure came back as {}", result.status))
        }
        (_, 0) if result.output.is_empty() => Ok(()),
        (_, 0) => Err(format!("a failure came back with {} bytes of output", result.output.len())),
        (_, left) => Err(format!("a failure came back with {left} gas")),
    }
}

/// The VM adds refunds up since ABI 10: those of a nested message come with its result.
pub(super) fn a_refund_comes_back(probe: &mut Probe<'_>) -> Checked {
    let refund = probe.order(&Order::new(Command::Refund))?.gas_refund;
    if refund != 7 {
        return Err(format!("a nested message had a refund of 7, and {refund} came back"));
    }
    Ok(())
}

pub(super) fn nobody_can_be_called(probe: &mut Probe<'_>) -> Checked {
    let nobody = probe.nobody(6);
    let message = probe.to(CallKind::Call, nobody, b"some input");
    let result = probe.send(&message)?;
    succeeded(&result)?;
    if result.gas_left != message.gas || !result.output.is_empty() {
        return Err(format!(
            "a call of an account without code left {} gas of {} and gave {} bytes",
            result.gas_left,
            message.gas,
            result.output.len()
        ));
    }
    Ok(())
}

pub(super) fn value_moves(probe: &mut Probe<'_>) -> Checked {
    let (own, nobody) = (probe.own(), probe.nobody(7));
    let before = probe.balance(own)?;
    let there = probe.balance(nobody)?;
    if before.is_zero() {
        // Nothing to move; the creation of a contract with too much value is not the host's to refuse.
        return Ok(());
    }
    let value = U256::one();
    succeeded(&probe.send(&Message { value, ..probe.to(CallKind::Call, nobody, b"") })?)?;
    let (left, got) = (probe.balance(own)?, probe.balance(nobody)?);
    if left + 1 != before || got != there + 1 {
        return Err(format!(
            "1 wei was sent: the sender had {before} and has {left}, the recipient had {there} and has {got}"
        ));
    }
    Ok(())
}

pub(super) fn messages_nest(probe: &mut Probe<'_>) -> Checked {
    const DEEPER: u64 = 50;
    let word = hebe_host::Bytes32::from_low_u64_be(DEEPER - 1);
    let result = probe.order(&Order::about(Command::Nest, word))?;
    succeeded(&result)?;
    let expected = u64::from(probe.message.depth) + DEEPER;
    let arrived = <[u8; 4]>::try_from(&result.output[..]).map(u32::from_be_bytes);
    match arrived {
        Ok(depth) if u64::from(depth) == expected => Ok(()),
        Ok(depth) => Err(format!("{DEEPER} messages deep the depth is {depth}, not {expected}")),
        Err(_) => Err(format!("{DEEPER} messages deep, the output gets lost on its way")),
    }
}
