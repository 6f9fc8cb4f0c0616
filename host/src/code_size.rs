//! How large Ethereum lets a contract be, for tools that tell authors.

/// The largest code of a contract on Ethereum, in bytes (EIP-170), from Spurious Dragon on.
pub const MAX_CODE_SIZE: usize = 24_576;

/// What is said of a contract that is larger than Ethereum allows; none where it is not.
pub fn size_warning(size: usize) -> Option<String> {
    let over = size.checked_sub(MAX_CODE_SIZE).filter(|over| *over > 0)?;
    Some(format!(
        "{over} bytes more than the {MAX_CODE_SIZE} that Ethereum lets a contract have (EIP-170): a chain \
         that takes it has a larger max_code_size"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_too_large_is_told_by_how_much() {
        assert_eq!(size_warning(24_576), None);
        assert!(size_warning(24_577).unwrap().starts_with("1 bytes more than the 24576 that"));
    }
}
