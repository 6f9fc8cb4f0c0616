//! Colours on a terminal: green for what is well, red for what is not. Elsewhere, and with `NO_COLOR` set, there are none
//! (<https://no-color.org>).

use std::io::IsTerminal;

/// Whether standard output is to be coloured.
fn is_on() -> bool {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    std::io::stdout().is_terminal()
        && !is_set("NO_COLOR")
        && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// The words that lines begin with, and their colours.
const WORDS: [(&str, &str); 7] = [
    ("ok ", "32"),
    ("FAIL ", "31"),
    ("REVERT", "31"),
    ("ERROR ", "31"),
    ("valid", "32"),
    ("note ", "33"),
    ("emit ", "36"),
];

/// The text as it goes to standard output.
pub(crate) fn coloured(text: &str) -> String {
    if is_on() { paint(text) } else { text.to_owned() }
}

fn paint(text: &str) -> String {
    text.split_inclusive('\n')
        .map(|line| {
            let start = line.len() - line.trim_start_matches([' ', '├', '└', '│']).len();
            let (indent, rest) = line.split_at(start);
            match WORDS.iter().find(|(word, _)| rest.starts_with(word)) {
                Some((word, colour)) => {
                    let end = word.trim_end().len();
                    format!("{indent}\x1b[{colour}m{}\x1b[0m{}", &rest[..end], &rest[end..])
                }
                None => line.to_owned(),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_word_has_the_colour() {
        assert_eq!(paint("    ok    it adds\n"), "    \x1b[32mok\x1b[0m    it adds\n");
        assert_eq!(paint("│ └ REVERT x\ny ok\n"), "│ └ \x1b[31mREVERT\x1b[0m x\ny ok\n");
        assert_eq!(coloured("ok \n"), "ok \n", "no terminal, no colours");
    }
}
