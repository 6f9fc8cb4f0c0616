//! Reads TOML so that each mistake can be told with its place.

use crate::harness::Value;
use hebe_host::U256;
use std::{cell::RefCell, ops::Range};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// What is wrong with a test file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mistake {
    /// In bytes from the beginning of the file.
    pub(super) offset: usize,
    /// The field, from the top: `accounts.alice`, `step 2: expect.gas`.
    pub(super) place: String,
    /// What is wrong.
    pub(super) sentence: String,
}

/// A table, and who asked it for what: a field that nobody knows is a mistake.
pub(super) struct Fields<'a> {
    table: &'a DeTable<'a>,
    span: Range<usize>,
    /// What comes before a field's name to make its place.
    prefix: String,
    known: RefCell<Vec<&'static str>>,
}

/// A value and where it is.
#[derive(Clone)]
pub(super) struct Node<'a> {
    value: &'a DeValue<'a>,
    span: Range<usize>,
    place: String,
}

impl<'a> Fields<'a> {
    /// The whole file.
    pub(super) fn root(document: &'a Spanned<DeTable<'a>>) -> Self {
        let prefix = String::new();
        Self { table: document.as_ref(), span: document.span(), prefix, known: RefCell::default() }
    }

    /// The field of this name, if it is there.
    pub(super) fn get(&self, name: &'static str) -> Option<Node<'a>> {
        self.known.borrow_mut().push(name);
        self.table.get(name).map(|value| self.node(name, value))
    }

    /// All fields, where their names are up to the author.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&'a str, Node<'a>)> {
        self.table.iter().map(|(name, value)| {
            let name: &str = name.as_ref();
            (name, self.node(name, value))
        })
    }

    fn node(&self, name: &str, value: &'a Spanned<DeValue<'a>>) -> Node<'a> {
        Node { value: value.as_ref(), span: value.span(), place: format!("{}{name}", self.prefix) }
    }

    /// That no field is left that nobody asked for.
    pub(super) fn finish(&self) -> Result<(), Mistake> {
        let known = self.known.borrow();
        match self.table.keys().find(|name| !known.contains(&name.as_ref().as_ref())) {
            None => Ok(()),
            Some(name) => Err(Mistake {
                offset: name.span().start,
                place: format!("{}{}", self.prefix, name.as_ref()),
                sentence: format!("there is no such field; there are {}", known.join(", ")),
            }),
        }
    }

    /// A mistake of the table as a whole.
    pub(super) fn mistake(&self, sentence: impl Into<String>) -> Mistake {
        let place = self.prefix.trim_end_matches(['.', ':', ' ']).to_owned();
        Mistake { offset: self.span.start, place, sentence: sentence.into() }
    }
}

impl<'a> Node<'a> {
    /// What is wrong with this value.
    pub(super) fn mistake(&self, sentence: impl Into<String>) -> Mistake {
        Mistake { offset: self.span.start, place: self.place.clone(), sentence: sentence.into() }
    }

    /// Where it is in the file, in bytes.
    pub(super) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    fn wrong(&self, form: &str) -> Mistake {
        let kind = match self.value {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) => "an integer",
            DeValue::Float(_) => "a float",
            DeValue::Boolean(_) => "a boolean",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.mistake(format!("it is {kind}, and must be {form}"))
    }

    pub(super) fn text(&self) -> Result<&'a str, Mistake> {
        match self.value {
            DeValue::String(text) => Ok(text),
            _ => Err(self.wrong("a string in quotes")),
        }
    }

    pub(super) fn boolean(&self) -> Result<bool, Mistake> {
        match self.value {
            DeValue::Boolean(boolean) => Ok(*boolean),
            _ => Err(self.wrong("true or false")),
        }
    }

    /// A whole number of at most 256 bits: an integer, or in quotes, where it can have a unit.
    pub(super) fn number(&self) -> Result<U256, Mistake> {
        match self.value()? {
            Value::Number(text) | Value::Text(text) => {
                crate::harness::value::number(&text).map_err(|problem| self.mistake(problem))
            }
            _ => Err(self.wrong("a whole number")),
        }
    }

    /// Whole gas.
    pub(super) fn gas(&self) -> Result<i64, Mistake> {
        let number = self.number()?;
        let limit = i64::MAX;
        if number > U256::from(limit.unsigned_abs()) {
            return Err(self.mistake(format!("{number} is too large: gas is at most {limit}")));
        }
        Ok(i64::try_from(number.low_u64()).unwrap_or(limit))
    }

    /// A number of at most 64 bits.
    pub(super) fn small(&self) -> Result<u64, Mistake> {
        let number = self.number()?;
        if number.bits() > 64 {
            return Err(self.mistake(format!("{number} is too large: it has more than 64 bits")));
        }
        Ok(number.low_u64())
    }

    pub(super) fn list(&self) -> Result<Vec<Node<'a>>, Mistake> {
        let DeValue::Array(items) = self.value else { return Err(self.wrong("a list [...]")) };
        let node = |(number, item): (usize, &'a Spanned<DeValue<'a>>)| Node {
            value: item.as_ref(),
            span: item.span(),
            place: format!("{}[{number}]", self.place),
        };
        Ok(items.iter().enumerate().map(node).collect())
    }

    pub(super) fn is_table(&self) -> bool {
        matches!(self.value, DeValue::Table(_))
    }

    pub(super) fn fields(&self) -> Result<Fields<'a>, Mistake> {
        self.fields_called(format!("{}.", self.place))
    }

    /// The fields of a table; their places begin with `prefix`.
    pub(super) fn fields_called(&self, prefix: String) -> Result<Fields<'a>, Mistake> {
        let DeValue::Table(table) = self.value else {
            return Err(self.wrong("a table {...}"));
        };
        Ok(Fields { table, span: self.span.clone(), prefix, known: RefCell::default() })
    }

    /// The value, of whatever type it will be.
    pub(super) fn value(&self) -> Result<Value, Mistake> {
        Ok(match self.value {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Boolean(boolean) => Value::Boolean(*boolean),
            DeValue::Integer(integer) => Value::Number(match integer.radix() {
                10 | 16 => integer.to_string(),
                radix => u128::from_str_radix(integer.as_str(), radix)
                    .map_err(|_| self.mistake("the number is too large; write it decimal or hex"))?
                    .to_string(),
            }),
            DeValue::Array(_) => {
                let items = self.list()?;
                Value::List(items.iter().map(Node::value).collect::<Result<_, _>>()?)
            }
            _ => return Err(self.wrong("a number, a string, a boolean or a list")),
        })
    }

    pub(super) fn values(&self) -> Result<Vec<Value>, Mistake> {
        self.list()?.iter().map(Node::value).collect()
    }
}
