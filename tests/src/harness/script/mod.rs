//! Tests as TOML files, for authors who don't write Rust. docs/testing.md teaches the format.
//!
//! A [`TestFile`] is read and checked as a whole before anything runs, so that a mistake in it is told at once,
//! each in one line with its place. Then every test runs on a chain of its own, on every engine.

mod bless;
mod header;
mod reader;
mod run;
mod step;
mod tree;

pub use bless::NewGas;
pub use run::{StepResult, TestResult};

use crate::harness::address_of;
use header::Header;
use reader::{Contracts, Reader, one_line};
use std::{
    fs, io,
    path::{Path, PathBuf},
};
use step::Step;
use toml::de::DeTable;
use tree::{Fields, Mistake, Node};

/// The end of the names of test files.
pub const EXTENSION: &str = ".test.toml";

/// The most that is read of a file, in bytes.
const MAX_FILE: u64 = 4 << 20;

/// A test file that was found to be sound.
#[derive(Debug)]
pub struct TestFile {
    path: PathBuf,
    text: String,
    /// Options of the VM beyond those in the file.
    options: Vec<(String, String)>,
    /// How large new contracts may be, where the file does not say it.
    default_code_size: Option<usize>,
}

impl TestFile {
    /// Reads a file and checks all of it.
    ///
    /// # Errors
    ///
    /// One line for each mistake, with the file, the line in it, the step and the field.
    pub fn load(path: &Path) -> Result<Self, Vec<String>> {
        let name = path.display();
        let text = read(path).map_err(|error| vec![format!("{name}: can't be read: {error}")])?;
        Self::from_text(path, text)
    }

    /// A file with this content; what it names is beside `path`.
    ///
    /// # Errors
    ///
    /// As for [`TestFile::load`].
    pub fn from_text(path: &Path, text: String) -> Result<Self, Vec<String>> {
        let file =
            Self { path: path.to_owned(), text, options: Vec::new(), default_code_size: None };
        let document = DeTable::parse(&file.text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            let sentence = format!("it is not TOML: {}", one_line(error.message()));
            vec![file.sentence(&Mistake { offset, place: String::new(), sentence })]
        })?;
        let mistakes = file.check(&Fields::root(&document));
        if mistakes.is_empty() {
            return Ok(file);
        }
        Err(mistakes.iter().map(|mistake| file.sentence(mistake)).collect())
    }

    /// Has the VM run with these options too, also with those that a file can't give it.
    pub fn with_options(self, options: &[(String, String)]) -> Self {
        Self { options: options.to_vec(), ..self }
    }

    /// Lets new contracts be as large as this, in bytes, where the file does not say it (`chain.max_code_size`)
    /// and the revision's 24,576 would hold.
    pub fn with_code_size(self, max_size: Option<usize>) -> Self {
        Self { default_code_size: max_size, ..self }
    }

    /// Where it was read from.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What its author calls it.
    pub fn title(&self) -> Option<String> {
        let document = DeTable::parse(&self.text).ok()?;
        Outline::read(&Fields::root(&document)).ok()?.title.map(str::to_owned)
    }

    /// All mistakes that can be found without running anything.
    fn check(&self, root: &Fields<'_>) -> Vec<Mistake> {
        let contracts = Contracts::default();
        let mut mistakes = Vec::new();
        let outline = match Outline::read(root) {
            Ok(outline) => outline,
            Err(mistake) => return vec![mistake],
        };
        let header = match self.header(root, &contracts) {
            Ok(header) => Some(header),
            Err(mistake) => {
                mistakes.push(mistake);
                None
            }
        };
        if let Err(mistake) = root.finish() {
            mistakes.push(mistake);
        }
        // Without the names, every step would seem to be wrong.
        let Some(header) = header else { return mistakes };
        let mut check_steps = |part: &Part<'_>, names: &crate::harness::Names| {
            let mut names = names.clone();
            for (number, node) in (1..).zip(&part.steps) {
                let reader = Reader {
                    folder: self.folder(),
                    contracts: &contracts,
                    names: &names,
                    state: None,
                    gas: header.gas,
                };
                match Step::read(node, &part.place(number), &reader) {
                    Err(mistake) => {
                        // A contract that is mentioned below is there all the same.
                        if let Some(Ok(name)) = node
                            .fields()
                            .ok()
                            .and_then(|fields| fields.get("as"))
                            .map(|name| name.text().map(str::to_owned))
                        {
                            names.define(&name, address_of(&name));
                        }
                        mistakes.push(mistake);
                    }
                    Ok(step) => {
                        if let Some(name) = step.created_as {
                            names.define(&name, address_of(&name));
                            if let Some(interface) = step.interface {
                                names.describe(address_of(&name), interface);
                            }
                        }
                    }
                }
            }
            names
        };
        let names = check_steps(&outline.setup, &header.names);
        for test in &outline.tests {
            check_steps(test, &names);
        }
        mistakes
    }

    fn header(&self, root: &Fields<'_>, contracts: &Contracts) -> Result<Header, Mistake> {
        let names = crate::harness::Names::default();
        let folder = self.folder();
        let reader = Reader { folder, contracts, names: &names, state: None, gas: 0 };
        let mut header = Header::read(root, &reader)?;
        if let Some(size) = self.default_code_size {
            header.set_default_code_size(size);
        }
        Ok(header)
    }

    fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    /// The line that a place in the text is on.
    fn line(&self, offset: usize) -> usize {
        self.text.as_bytes()[..offset.min(self.text.len())]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count()
            + 1
    }

    fn sentence(&self, mistake: &Mistake) -> String {
        let (name, line) = (self.path.display(), self.line(mistake.offset));
        let Mistake { place, sentence, .. } = mistake;
        match place.is_empty() {
            true => format!("{name}:{line}: {sentence}"),
            false => format!("{name}:{line}: {place}: {sentence}"),
        }
    }
}

/// Which steps a file has.
struct Outline<'a> {
    title: Option<&'a str>,
    /// What comes before each test; all there is, where there are no tests.
    setup: Part<'a>,
    tests: Vec<Part<'a>>,
}

/// Steps that belong together.
struct Part<'a> {
    /// The test's name; none for the steps at the top.
    name: Option<&'a str>,
    steps: Vec<Node<'a>>,
}

impl<'a> Outline<'a> {
    fn read(root: &Fields<'a>) -> Result<Self, Mistake> {
        let title = root.get("title").map(|title| title.text()).transpose()?;
        let steps = root.get("step").map_or(Ok(Vec::new()), |steps| steps.list())?;
        let setup = Part { name: None, steps };
        let tests = root.get("test").map_or(Ok(Vec::new()), |tests| tests.list())?;
        let tests: Vec<Part<'a>> = tests.iter().map(Part::read).collect::<Result<_, _>>()?;
        if setup.steps.is_empty() && tests.is_empty() {
            return Err(root.mistake("there is nothing to run: it has no [[step]] and no [[test]]"));
        }
        Ok(Self { title, setup, tests })
    }
}

impl<'a> Part<'a> {
    fn read(node: &Node<'a>) -> Result<Self, Mistake> {
        let fields = node.fields()?;
        let name = fields.get("name").ok_or_else(|| node.mistake("a test must have a `name`"))?;
        let steps = fields.get("step").ok_or_else(|| node.mistake("a test must have a `step`"))?;
        let part = Self { name: Some(name.text()?), steps: steps.list()? };
        fields.finish()?;
        Ok(part)
    }

    /// What a step is called in a mistake.
    fn place(&self, number: usize) -> String {
        match self.name {
            Some(name) => format!("test `{name}`, step {number}"),
            None => format!("step {number}"),
        }
    }
}

fn read(path: &Path) -> io::Result<String> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    if metadata.len() > MAX_FILE {
        return Err(io::Error::other("it is larger than 4 MiB"));
    }
    let bytes = fs::read(path)?;
    let text = String::from_utf8(bytes).map_err(|_| io::Error::other("it is not text in UTF-8"))?;
    // Editors of Windows put a byte order mark in front.
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}
