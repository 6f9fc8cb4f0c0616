//! Wasm contracts: straight lines of calls of the Ethereum Environment Interface.

/// An argument of a call.
#[derive(Clone, Copy, Debug)]
pub(super) enum Arg {
    /// A pointer, a length or another small number.
    I32(i32),
    /// A large number.
    I64(i64),
    /// The result of a function without parameters, plus a number.
    Of(&'static str, i32),
}

/// What becomes of a call's result.
#[derive(Clone, Copy, Debug)]
pub(super) enum Keep {
    /// There is none.
    Nothing,
    /// An i32 of which the lowest byte goes to memory, here.
    Byte(i32),
    /// An i32 that goes to memory, here.
    Word(i32),
    /// An i64 that goes to memory, here.
    Long(i32),
}

/// A contract that grows at its end.
#[derive(Clone, Debug, Default)]
pub(super) struct Wasm {
    /// What memory begins with.
    data: Vec<u8>,
    imports: Vec<Import>,
    body: Vec<u8>,
}

/// An imported function.
#[derive(Clone, Debug)]
struct Import {
    name: &'static str,
    params: Vec<u8>,
    result: Option<u8>,
}

const I32: u8 = 0x7f;
const I64: u8 = 0x7e;

impl Wasm {
    /// A contract whose memory begins with these bytes.
    pub(super) fn new(data: impl Into<Vec<u8>>) -> Self {
        Self { data: data.into(), ..Self::default() }
    }

    /// A call of a function of the module `ethereum`.
    pub(super) fn call(mut self, name: &'static str, args: &[Arg], keep: Keep) -> Self {
        let result = match keep {
            Keep::Nothing => None,
            Keep::Byte(at) | Keep::Word(at) => {
                self.constant(at);
                Some(I32)
            }
            Keep::Long(at) => {
                self.constant(at);
                Some(I64)
            }
        };
        let params = args.iter().map(|arg| self.argument(*arg)).collect();
        self.call_import(Import { name, params, result });
        // Behind the opcode are the alignment, a power of two, and the offset.
        self.body.extend(match keep {
            Keep::Nothing => &[][..],
            Keep::Byte(_) => &[0x3a, 0, 0],
            Keep::Word(_) => &[0x36, 0, 0],
            Keep::Long(_) => &[0x37, 0, 0],
        });
        self
    }

    /// `unreachable`.
    pub(super) fn unreachable(mut self) -> Self {
        self.body.push(0x00);
        self
    }

    /// A loop that never ends.
    pub(super) fn endless(mut self) -> Self {
        self.body.extend([0x03, 0x40, 0x0c, 0x00, 0x0b]);
        self
    }

    fn argument(&mut self, arg: Arg) -> u8 {
        match arg {
            Arg::I32(number) => self.constant(number),
            Arg::I64(number) => {
                self.body.push(0x42);
                self.body.extend(signed(number));
                return I64;
            }
            Arg::Of(name, more) => {
                self.call_import(Import { name, params: Vec::new(), result: Some(I32) });
                if more != 0 {
                    self.constant(more);
                    self.body.push(0x6a);
                }
            }
        }
        I32
    }

    fn constant(&mut self, number: i32) {
        self.body.push(0x41);
        self.body.extend(signed(number.into()));
    }

    fn call_import(&mut self, import: Import) {
        let known = self.imports.iter().position(|known| known.name == import.name);
        let index = known.unwrap_or_else(|| {
            self.imports.push(import);
            self.imports.len() - 1
        });
        self.body.push(0x10);
        self.body.extend(unsigned(index));
    }

    /// The module. It has 2 MiB of memory.
    pub(super) fn code(&self) -> Vec<u8> {
        let types = self.imports.iter().map(|import| {
            let results: Vec<u8> = import.result.into_iter().collect();
            [vec![0x60], vector(&import.params), vector(&results)].concat()
        });
        let imports = self.imports.iter().enumerate().map(|(index, import)| {
            let names = [vector(b"ethereum"), vector(import.name.as_bytes())].concat();
            [names, vec![0], unsigned(index)].concat()
        });
        let main = unsigned(self.imports.len());
        let exports = [
            [&vector(b"main"), &[0][..], &main].concat(),
            [&vector(b"memory"), &[2, 0][..]].concat(),
        ];
        let body = vector(&[&[0][..], &self.body, &[0x0b]].concat());
        let data = [&[0, 0x41, 0, 0x0b][..], &vector(&self.data)].concat();
        let sections = [
            section(1, types.chain([vec![0x60, 0, 0]])),
            section(2, imports),
            section(3, [main]),
            section(5, [vec![0, 32]]),
            section(7, exports),
            section(10, [body]),
            section(11, [data]),
        ];
        [&b"\0asm\x01\0\0\0"[..], &sections.concat()].concat()
    }
}

/// A section of so many things.
fn section(number: u8, things: impl IntoIterator<Item = Vec<u8>>) -> Vec<u8> {
    let things: Vec<_> = things.into_iter().collect();
    let content = [unsigned(things.len()), things.concat()].concat();
    [vec![number], vector(&content)].concat()
}

/// Bytes with their number in front.
fn vector(bytes: &[u8]) -> Vec<u8> {
    [&unsigned(bytes.len())[..], bytes].concat()
}

fn unsigned(number: usize) -> Vec<u8> {
    let (mut rest, mut bytes) = (number, Vec::new());
    loop {
        let low = u8::try_from(rest & 0x7f).unwrap_or_default();
        rest >>= 7;
        if rest == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

fn signed(number: i64) -> Vec<u8> {
    let (mut rest, mut bytes) = (number, Vec::new());
    loop {
        let low = u8::try_from(rest & 0x7f).unwrap_or_default();
        rest >>= 7;
        if (rest == 0 && low & 0x40 == 0) || (rest == -1 && low & 0x40 != 0) {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_module_that_its_text_says() {
        let ours = Wasm::new(*b"hi")
            .call("getGasLeft", &[], Keep::Long(-64))
            .call("finish", &[Arg::I32(200), Arg::Of("getCallDataSize", 1)], Keep::Nothing)
            .unreachable()
            .endless()
            .code();
        let text = r#"(module
            (type (func (result i64))) (type (func (result i32)))
            (type (func (param i32 i32))) (type (func))
            (import "ethereum" "getGasLeft" (func (type 0)))
            (import "ethereum" "getCallDataSize" (func (type 1)))
            (import "ethereum" "finish" (func (type 2)))
            (func (export "main") (type 3)
                (i64.store align=1 (i32.const -64) (call 0))
                (call 2 (i32.const 200) (i32.add (call 1) (i32.const 1)))
                unreachable
                (loop (br 0)))
            (memory (export "memory") 32)
            (data (i32.const 0) "hi"))"#;
        assert_eq!(ours, wat::parse_str(text).unwrap());
    }
}
