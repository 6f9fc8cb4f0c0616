//! What has a price beside instructions.

/// Something that a contract takes a number of, which has a price of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// 64 KiB of memory, the first initial ones of which are free.
    Page,
    /// 32 bytes, rounded up, that a bulk memory instruction writes.
    Word,
    /// An element that a table instruction writes.
    Element,
    /// A value that a call passes or gives back, that a branch carries, or that a block takes.
    Value,
    /// A local that is zero when its function is called.
    Local,
    /// A place that a load, a store or a bulk memory instruction accesses in a memory that can have more
    /// than [`NEAR_PAGES`] pages. `memory.copy` accesses two.
    Far,
    /// A byte of the code that a message loads.
    Code,
    /// The start of a contract.
    Start,
    /// An imported function, when the contract starts.
    Import,
    /// A global, when the contract starts.
    Global,
    /// A data or element segment, when the contract starts.
    Segment,
    /// 32 bytes, rounded up, of an active data segment, when the contract starts.
    Data,
    /// An element of a segment or of the table, when the contract starts.
    Item,
    /// A call of a host function, where its fee is less.
    Trip,
}

/// How large a memory can be, in pages, that is not far: 1 MiB, which second-level caches hold.
pub const NEAR_PAGES: u32 = 16;

impl Unit {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::Page,
        Self::Word,
        Self::Element,
        Self::Value,
        Self::Local,
        Self::Far,
        Self::Code,
        Self::Start,
        Self::Import,
        Self::Global,
        Self::Segment,
        Self::Data,
        Self::Item,
        Self::Trip,
    ];

    /// Its name in a schedule.
    pub fn name(self) -> &'static str {
        self.texts().0
    }

    /// What it is, in a few words.
    pub fn about(self) -> &'static str {
        self.texts().1
    }

    /// The unit of this name, if there is one.
    pub(super) fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.name() == name)
    }

    fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::Page => ("page", "64 KiB of memory, beyond the first initial one"),
            Self::Word => ("word", "32 bytes that a bulk memory instruction writes"),
            Self::Element => ("element", "an element that a table instruction writes"),
            Self::Value => ("value", "a value that a call, a branch or a block takes or gives"),
            Self::Local => ("local", "a local that is cleared when its function is called"),
            Self::Far => ("far", "an access to a memory that can have more than 16 pages"),
            Self::Code => ("code", "a byte of the code that a message loads"),
            Self::Start => ("start", "the start of a contract"),
            Self::Import => ("import", "an imported function, when the contract starts"),
            Self::Global => ("global", "a global, when the contract starts"),
            Self::Segment => ("segment", "a data or element segment, when the contract starts"),
            Self::Data => ("data", "32 bytes of an active data segment, when the contract starts"),
            Self::Item => {
                ("item", "an element of a segment or of the table, when the contract starts")
            }
            Self::Trip => ("trip", "a call of a host function, where its fee is less"),
        }
    }
}
