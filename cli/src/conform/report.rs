//! What came of the rules, for reading and as JSON.

use hebe_evmc::conform::{Case, Code, Introduction, Weight};
use serde_json::{Value, json};

/// All that is known of a library.
pub(super) struct Report<'a> {
    pub(super) library: &'a str,
    /// `None` where it could not even be loaded.
    pub(super) introduction: Option<Introduction>,
    pub(super) tried: Vec<Tried>,
}

/// A rule, and what came of it.
pub(super) struct Tried {
    name: String,
    code: Option<Code>,
    weight: Weight,
    says: &'static str,
    source: &'static str,
    verdict: Verdict,
}

/// What came of a rule.
pub(super) enum Verdict {
    Holds,
    /// A sentence says what was done, what was expected, and what came.
    Broken(String),
    /// A sentence says why it was not tried.
    Skipped(String),
}

impl Tried {
    pub(super) fn new(case: &Case, verdict: Verdict) -> Self {
        Self {
            name: case.name(),
            code: case.code,
            weight: case.rule.weight,
            says: case.rule.says,
            source: case.rule.source,
            verdict,
        }
    }

    /// The library took the process along when it was loaded.
    pub(super) fn not_loaded(how: String) -> Self {
        Self {
            name: "loading".to_owned(),
            code: None,
            weight: Weight::Must,
            says: "The library can be loaded, and makes and destroys a VM.",
            source: "evmc.h, evmc_create_example_vm",
            verdict: Verdict::Broken(how),
        }
    }

    /// The word that its line begins with.
    fn word(&self) -> &'static str {
        match (&self.verdict, self.weight) {
            (Verdict::Holds, _) => "ok",
            (Verdict::Broken(_), Weight::Must) => "FAIL",
            (Verdict::Broken(_), Weight::Should) => "note",
            (Verdict::Skipped(_), _) => "skip",
        }
    }

    fn lines(&self) -> String {
        let mut text = format!("{:<5} {:<30} {}\n", self.word(), self.name, self.source);
        if let Verdict::Broken(why) = &self.verdict {
            text += &format!("      {}\n      {why}\n", self.says);
        }
        text
    }

    fn json(&self) -> Value {
        let (result, why) = match &self.verdict {
            Verdict::Holds => ("holds", None),
            Verdict::Broken(why) => ("broken", Some(why)),
            Verdict::Skipped(why) => ("skipped", Some(why)),
        };
        json!({
            "rule": self.name,
            "code": self.code.map(Code::name),
            "weight": self.weight.name(),
            "says": self.says,
            "source": self.source,
            "result": result,
            "why": why,
        })
    }
}

impl Report<'_> {
    /// Whether a rule does not hold that must.
    pub(super) fn is_broken(&self) -> bool {
        self.count(|word| word == "FAIL") > 0
    }

    fn count(&self, is_counted: impl Fn(&str) -> bool) -> usize {
        self.tried.iter().filter(|tried| is_counted(tried.word())).count()
    }

    pub(super) fn text(&self) -> String {
        let mut text = format!("{}\n", self.title());
        let skipped = |code| {
            let mut all = self.tried.iter().filter(|tried| tried.code == code);
            all.find_map(|tried| match &tried.verdict {
                Verdict::Skipped(why) => Some(why),
                _ => None,
            })
        };
        for (code, name) in
            [(Some(Code::Evm), "EVM bytecode"), (Some(Code::Wasm), "WebAssembly"), (None, "the VM")]
        {
            if let Some(why) = skipped(code) {
                text += &format!("{name} is not tried: {why}\n");
            }
        }
        text.push('\n');
        // What is skipped is so by the kind of code, which was told.
        let tried = self.tried.iter().filter(|tried| tried.word() != "skip");
        text.extend(tried.map(Tried::lines));
        text + &format!("\n{}\n", self.summary())
    }

    fn title(&self) -> String {
        let unknown = || "?".to_owned();
        match &self.introduction {
            None => format!("{}: can't be loaded", self.library),
            Some(Introduction { abi, name, version, .. }) => {
                let name = name.clone().unwrap_or_else(unknown);
                let version = version.clone().unwrap_or_else(unknown);
                format!("{}: {name} {version}, ABI {abi}", self.library)
            }
        }
    }

    fn summary(&self) -> String {
        let [holds, broken, noted, skipped] =
            ["ok", "FAIL", "note", "skip"].map(|wanted| self.count(|word| word == wanted));
        let mut text = format!("{holds} hold, {broken} are broken");
        if noted > 0 {
            text += &format!("; of those that EVMC does not promise, {noted} do not hold");
        }
        if skipped > 0 {
            text += &format!("; {skipped} are not tried");
        }
        text
    }

    pub(super) fn json(&self) -> Value {
        let introduction = self.introduction.as_ref();
        json!({
            "library": self.library,
            "abi": introduction.map(|it| it.abi),
            "name": introduction.and_then(|it| it.name.clone()),
            "version": introduction.and_then(|it| it.version.clone()),
            "conforms": !self.is_broken(),
            "held": self.count(|word| word == "ok"),
            "broken": self.count(|word| word == "FAIL"),
            "noted": self.count(|word| word == "note"),
            "skipped": self.count(|word| word == "skip"),
            "rules": self.tried.iter().map(Tried::json).collect::<Vec<_>>(),
        })
    }
}
