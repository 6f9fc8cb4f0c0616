//! What a word of storage is called, from the storage layout that the compiler wrote (solc's `storageLayout`).
//!
//! The slot of a mapping's value is a hash of its key, which can't be undone. So the keys that somebody may have meant
//! are tried: accounts, small numbers, the words of call data and logs.

use super::Names;
use crate::keccak256;
use hebe_host::{Address, Bytes32, U256};
use serde_json::Value;
use std::cell::Cell;

/// How many elements of an array are looked at.
const ELEMENTS: u64 = 1 << 20;

/// How deep types lie in each other.
const DEEPEST: usize = 8;

/// How many variables, elements and keys are looked at for one slot. A layout comes from anybody, and one whose types have
/// themselves in them would take for ever; Solidity's take some thousand.
const MOST_STEPS: u32 = 100_000;

/// Names of slots.
pub struct SlotNames<'a> {
    layout: &'a Value,
    names: &'a Names,
    /// Words that may be keys.
    keys: &'a [Bytes32],
    /// How many steps are left for the slot at hand.
    steps: Cell<u32>,
}

impl<'a> SlotNames<'a> {
    /// Names by this layout, with these words as possible keys of mappings.
    pub fn new(layout: &'a Value, names: &'a Names, keys: &'a [Bytes32]) -> Self {
        Self { layout, names, keys, steps: Cell::new(0) }
    }

    /// What is in the slot: one variable, or several that share it. Nothing where that is not known.
    pub fn name(&self, slot: Bytes32) -> Option<String> {
        self.steps.set(MOST_STEPS);
        let wanted = number(slot);
        let members = self.layout["storage"].as_array()?;
        self.members(members, U256::zero(), "", wanted, 0)
    }

    fn members(
        &self,
        members: &[Value],
        base: U256,
        prefix: &str,
        wanted: U256,
        depth: usize,
    ) -> Option<String> {
        let mut found: Vec<String> = Vec::new();
        for member in members {
            let at = U256::from_dec_str(member["slot"].as_str()?).ok()?;
            let (at, _) = base.overflowing_add(at);
            let label = member["label"].as_str()?;
            // Those that share a slot have their struct's name once.
            let name = match found.is_empty() {
                true => format!("{prefix}{label}"),
                false => label.to_owned(),
            };
            if let Some(name) = self.find(member["type"].as_str()?, at, name, wanted, depth) {
                found.push(name);
            }
        }
        (!found.is_empty()).then(|| found.join(","))
    }

    /// The name of `wanted` in what begins at `at`.
    fn find(&self, id: &str, at: U256, name: String, wanted: U256, depth: usize) -> Option<String> {
        self.steps.set(self.steps.get().checked_sub(1)?);
        let ty = self.layout["types"].get(id).filter(|_| depth < DEEPEST)?;
        let depth = depth + 1;
        match ty["encoding"].as_str()? {
            "mapping" => {
                let value = ty["value"].as_str()?;
                self.keys.iter().find_map(|key| {
                    let slot = number(keccak256(&[&key[..], &at.to_big_endian()].concat()));
                    // What takes few words lies near its first.
                    let name = format!("{name}[{}]", self.show(*key));
                    self.find(value, slot, name, wanted, depth)
                })
            }
            "dynamic_array" => {
                if wanted == at {
                    return Some(format!("{name}.length"));
                }
                let first = number(keccak256(&at.to_big_endian()));
                self.element(ty["base"].as_str()?, first, ELEMENTS, &name, wanted, depth)
            }
            "bytes" => {
                if wanted == at {
                    return Some(name);
                }
                let first = number(keccak256(&at.to_big_endian()));
                let word = wanted.checked_sub(first).filter(|it| *it < ELEMENTS.into())?.low_u64();
                Some(format!("{name}[{}..]", word * 32))
            }
            _ if ty["members"].is_array() => {
                let prefix = format!("{name}.");
                self.members(ty["members"].as_array()?, at, &prefix, wanted, depth)
            }
            _ if ty["base"].is_string() => {
                let size: u64 = ty["numberOfBytes"].as_str()?.parse().ok()?;
                let slots = size.div_ceil(32);
                self.element(ty["base"].as_str()?, at, slots, &name, wanted, depth)
            }
            _ => (wanted == at).then_some(name),
        }
    }

    /// The element of an array that begins at `first` and has so many slots at most.
    fn element(
        &self,
        base: &str,
        first: U256,
        slots: u64,
        name: &str,
        wanted: U256,
        depth: usize,
    ) -> Option<String> {
        let offset = wanted.checked_sub(first).filter(|it| *it < slots.into())?.low_u64();
        let size: u64 = self.layout["types"].get(base)?["numberOfBytes"].as_str()?.parse().ok()?;
        if size < 32 {
            let per_slot = 32 / size.max(1);
            let (from, to) = (offset * per_slot, offset * per_slot + per_slot - 1);
            return Some(match per_slot {
                1 => format!("{name}[{from}]"),
                _ => format!("{name}[{from}..{to}]"),
            });
        }
        let index = offset / (size / 32);
        let at = first.checked_add((index * (size / 32)).into())?;
        self.find(base, at, format!("{name}[{index}]"), wanted, depth)
    }

    fn show(&self, key: Bytes32) -> String {
        let address = Address::from(key);
        match self.names.of(address) {
            Some(name) if Bytes32::from(address) == key => name.to_owned(),
            _ if number(key).bits() <= 64 => number(key).to_string(),
            _ if Bytes32::from(address) == key => self.names.show(address),
            _ => format!("0x{}", hex::encode(key)),
        }
    }
}

fn number(word: Bytes32) -> U256 {
    U256::from_big_endian(&word[..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::{Interface, address_of, slot};
    use serde_json::json;

    fn layout() -> Value {
        let lines = r#"
{"type":"contract","name":"House"}
{"type":"storage","name":"House","fields":[["owner","Slot<Address>"],["open","Slot<bool>"],["lots","Mapping<u64,Lot>"],["queue","Array<Slot<u64>>"],["all","Array<Lot>"],["title","Text"],["seen","Mapping<Address,Mapping<u64,Slot<bool>>>"],["four","[Slot<U256>;4]"]]}
{"type":"storage","name":"Lot","fields":[["seller","Slot<Address>"],["deadline","Slot<u64>"],["reserve","Slot<U256>"]]}
"#;
        Interface::parse(lines.as_bytes()).unwrap().layout().unwrap().clone()
    }

    #[test]
    fn a_layout_that_has_itself_in_it_is_given_up() {
        let layout = json!({
            "storage": [{ "slot": "0", "label": "a", "type": "t" }],
            "types": { "t": { "encoding": "mapping", "value": "t" } }
        });
        let keys: Vec<Bytes32> = (0..100).map(Bytes32::from_low_u64_be).collect();
        let names = Names::default();
        let slots = SlotNames::new(&layout, &names, &keys);
        // 100 keys, 8 deep, are more than anybody waits for.
        assert_eq!(slots.name(Bytes32::repeat_byte(9)), None);
    }

    #[test]
    fn slots_have_the_names_of_what_is_in_them() {
        let layout = layout();
        let mut names = Names::default();
        names.define("bob", address_of("bob"));
        let keys: Vec<Bytes32> =
            (0..8).map(Bytes32::from_low_u64_be).chain([address_of("bob").into()]).collect();
        let slots = SlotNames::new(&layout, &names, &keys);
        for (written, expected) in [
            ("0", Some("owner,open")),
            ("1[7]", Some("lots[7].seller,deadline")),
            ("1[7]+1", Some("lots[7].reserve")),
            ("1[7]+2", None),
            ("1[9]", None),
            ("2", Some("queue.length")),
            ("2[]+1", Some("queue[4..7]")),
            ("3[]+3", Some("all[1].reserve")),
            ("4", Some("title")),
            ("4[]+1", Some("title[32..]")),
            ("5[bob][3]", Some("seen[bob][3]")),
            ("7", Some("four[1]")),
            ("99", None),
        ] {
            let key = slot(written, &names).unwrap();
            assert_eq!(slots.name(key).as_deref(), expected, "{written}");
        }
    }
}
