//! The opcodes that analysis tells apart, and the numbers behind them.

/// The number at `at`, which the validator has read before.
pub(super) fn leb(code: &[u8], at: usize) -> u32 {
    let mut value = 0;
    for (byte, shift) in code[at..].iter().zip((0..32).step_by(7)) {
        value |= u32::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            break;
        }
    }
    value
}

pub(super) const UNREACHABLE: u8 = 0x00;
pub(super) const BLOCK: u8 = 0x02;
pub(super) const LOOP: u8 = 0x03;
pub(super) const IF: u8 = 0x04;
pub(super) const ELSE: u8 = 0x05;
pub(super) const END: u8 = 0x0b;
pub(super) const BR: u8 = 0x0c;
pub(super) const BR_IF: u8 = 0x0d;
pub(super) const BR_TABLE: u8 = 0x0e;
pub(super) const RETURN: u8 = 0x0f;
pub(super) const CALL: u8 = 0x10;
pub(super) const CALL_INDIRECT: u8 = 0x11;
pub(super) const LOCAL_GET: u8 = 0x20;
pub(super) const LOCAL_TEE: u8 = 0x22;
pub(super) const TABLE_GET: u8 = 0x25;
pub(super) const TABLE_SET: u8 = 0x26;
pub(super) const MEMORY_GROW: u8 = 0x40;
pub(super) const I32_DIV_S: u8 = 0x6d;
pub(super) const I32_REM_U: u8 = 0x70;
pub(super) const I64_DIV_S: u8 = 0x7f;
pub(super) const I64_REM_U: u8 = 0x82;
pub(super) const I32_ROTL: u8 = 0x77;
pub(super) const I32_ROTR: u8 = 0x78;
pub(super) const I64_ROTL: u8 = 0x89;
pub(super) const I64_ROTR: u8 = 0x8a;
pub(super) const REF_FUNC: u8 = 0xd2;

/// After the prefix.
pub(super) const MEMORY_INIT: u32 = 8;
pub(super) const DATA_DROP: u32 = 9;
pub(super) const MEMORY_COPY: u32 = 10;
pub(super) const MEMORY_FILL: u32 = 11;
pub(super) const TABLE_INIT: u32 = 12;
pub(super) const ELEM_DROP: u32 = 13;
pub(super) const TABLE_COPY: u32 = 14;
pub(super) const TABLE_GROW: u32 = 15;
pub(super) const TABLE_FILL: u32 = 17;
