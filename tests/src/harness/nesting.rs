//! How deep types and values lie in each other. They come from anybody, and whoever reads them goes into them: too deep, and the
//! native stack would be at its end.

/// The deepest; solc stops long before.
pub(super) const DEEPEST: usize = 64;

/// Refuses text of types that lie deeper in each other: parentheses and brackets that are open at the same time, and brackets of an
/// array of arrays.
///
/// # Errors
///
/// A sentence.
pub(super) fn check(text: &str) -> Result<(), String> {
    let (mut open, mut arrays) = (0_usize, 0_usize);
    for letter in text.chars() {
        match letter {
            '(' => (open, arrays) = (open + 1, 0),
            '[' => (open, arrays) = (open + 1, arrays + 1),
            ')' | ']' => open = open.saturating_sub(1),
            ',' | ' ' => arrays = 0,
            _ => {}
        }
        if open.max(arrays) > DEEPEST {
            return Err(too_deep());
        }
    }
    Ok(())
}

/// What is wrong with what lies deeper.
pub(super) fn too_deep() -> String {
    format!("more than {DEEPEST} types lie in each other")
}

/// Refuses an entry of an ABI whose types lie too deep.
///
/// # Errors
///
/// A sentence.
pub(super) fn check_entry(entry: &serde_json::Value) -> Result<(), String> {
    match entry {
        serde_json::Value::Object(fields) => {
            if let Some(ty) = fields.get("type").and_then(|ty| ty.as_str()) {
                check(ty)?;
            }
            fields.values().try_for_each(check_entry)
        }
        serde_json::Value::Array(list) => list.iter().try_for_each(check_entry),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_too_deep_is_refused() {
        for (open, close) in [("(", ")"), ("[]", ""), ("[", "]")] {
            let text = |depth: usize| format!("a{}{}", open.repeat(depth), close.repeat(depth));
            assert_eq!(check(&text(DEEPEST)), Ok(()), "{open}");
            assert_eq!(check(&text(DEEPEST + 1)), Err(too_deep()), "{open}");
        }
        // Beside each other is not in each other.
        assert_eq!(check(&format!("f({})", "uint256[],(),".repeat(1_000))), Ok(()));
    }
}
