//! Where two runs part, in a sentence.

use super::{Ended, HostCall, Question, exchange::argument, form};
use serde_json::{Map, Value, json};
use std::fmt;

/// Where a run first differs from a recorded one. Calls of the host are numbered from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// Another question was asked.
    Question {
        /// Which call of the host.
        index: usize,
        /// Gas left, where it is known.
        gas: Option<u64>,
        /// What was asked now.
        asked: Question,
        /// What was recorded.
        recorded: HostCall,
    },
    /// The same was asked with another amount of gas left.
    Gas {
        /// Which call of the host.
        index: usize,
        /// Gas left.
        gas: u64,
        /// What was recorded.
        recorded: HostCall,
    },
    /// Something was asked after all that is recorded.
    NotRecorded {
        /// Which call of the host.
        index: usize,
        /// Gas left, where it is known.
        gas: Option<u64>,
        /// What was asked now.
        asked: Question,
    },
    /// The run ended without asking what is recorded.
    NotAsked {
        /// Which call of the host.
        index: usize,
        /// What was recorded.
        recorded: HostCall,
    },
    /// The host was asked the same, and the run ended in another way.
    End {
        /// How many calls of the host there were.
        calls: usize,
        /// How the run ended now.
        ended: Ended,
        /// How the recorded one ended.
        recorded: Ended,
    },
}

impl Difference {
    /// For programs: what docs/recordings.md lists.
    pub fn to_json(&self) -> Value {
        let value = |value: &Question| json!(value);
        match self {
            Self::Question { index, gas, asked, recorded } => json!({
                "what": "question", "host_call": index, "gas": gas, "recorded_gas": recorded.gas,
                "asked": value(asked), "recorded": value(&recorded.ask),
            }),
            Self::Gas { index, gas, recorded } => json!({
                "what": "gas", "host_call": index, "gas": gas, "recorded_gas": recorded.gas,
                "asked": value(&recorded.ask), "recorded": value(&recorded.ask),
            }),
            Self::NotRecorded { index, gas, asked } => json!({
                "what": "not_recorded", "host_call": index, "gas": gas, "recorded_gas": null,
                "asked": value(asked), "recorded": null,
            }),
            Self::NotAsked { index, recorded } => json!({
                "what": "not_asked", "host_call": index, "gas": null, "recorded_gas": recorded.gas,
                "asked": null, "recorded": value(&recorded.ask),
            }),
            Self::End { calls, ended, recorded } => json!({
                "what": "end", "host_call": calls, "gas": ended.gas_left,
                "recorded_gas": recorded.gas_left, "asked": null, "recorded": null,
            }),
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Question { index, gas, asked, recorded } => {
                write!(f, "at host call {index}, {}: ", gas_left(*gas, recorded.gas))?;
                question(f, asked, &recorded.ask)
            }
            Self::Gas { index, gas, recorded } => write!(
                f,
                "at host call {index}, {}: the same was asked, {}",
                gas_left(Some(*gas), recorded.gas),
                recorded.ask
            ),
            Self::NotRecorded { index, gas, asked } => write!(
                f,
                "at host call {index}, {}: {asked} was asked, where the recorded run had ended",
                gas_left(*gas, None)
            ),
            Self::NotAsked { index, recorded } => {
                let asked = &recorded.ask;
                write!(
                    f,
                    "at host call {index}: the run had ended, where the recorded one asked {asked}"
                )?;
                recorded.gas.map_or(Ok(()), |gas| write!(f, " with {gas} gas left"))
            }
            Self::End { calls, ended, recorded } => {
                write!(f, "at the end, after {calls} host calls: ")?;
                end(f, ended, recorded)
            }
        }
    }
}

/// "with 5 gas left (recorded: 7)".
fn gas_left(gas: Option<u64>, recorded: Option<u64>) -> String {
    match (gas, recorded) {
        (Some(gas), Some(recorded)) if gas == recorded => format!("with {gas} gas left in both"),
        (Some(gas), Some(recorded)) => format!("with {gas} gas left, recorded {recorded}"),
        (Some(gas), None) => format!("with {gas} gas left"),
        (None, Some(recorded)) => format!("with {recorded} gas left when recorded"),
        (None, None) => "with an unknown amount of gas left".to_owned(),
    }
}

/// Of the same function, the arguments that differ; else both questions.
fn question(f: &mut fmt::Formatter<'_>, asked: &Question, recorded: &Question) -> fmt::Result {
    let ((name, now), (recorded_name, before)) = (asked.parts(), recorded.parts());
    if name != recorded_name {
        return write!(f, "{asked} was asked, recorded {recorded}");
    }
    write!(f, "{name} was asked with another ")?;
    differences(f, &now, &before)
}

fn end(f: &mut fmt::Formatter<'_>, ended: &Ended, recorded: &Ended) -> fmt::Result {
    let fields = |ended: &Ended| match json!(ended) {
        Value::Object(mut fields) => {
            // It is for reading, and not everybody has one.
            fields.remove("reason");
            fields
        }
        _ => Map::new(),
    };
    differences(f, &fields(ended), &fields(recorded))?;
    if let Some(reason) = &ended.reason {
        write!(f, " ({})", form::clip(reason))?;
    }
    Ok(())
}

fn differences(
    f: &mut fmt::Formatter<'_>,
    now: &Map<String, Value>,
    recorded: &Map<String, Value>,
) -> fmt::Result {
    let differing = now.iter().filter(|(name, value)| recorded.get(*name) != Some(value));
    for (index, (name, value)) in differing.enumerate() {
        let comma = if index > 0 { "; " } else { "" };
        let recorded = recorded.get(name).map(argument).unwrap_or_default();
        write!(f, "{comma}{name}: {}, recorded {recorded}", argument(value))?;
    }
    Ok(())
}
