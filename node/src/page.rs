//! The page that shows the chain in a browser: plain files, served as they are.

/// A file of the page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct File {
    /// Where it is asked for.
    pub(crate) path: &'static str,
    /// What is in it.
    pub(crate) content: &'static str,
}

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[
            File { path: "/", content: include_str!("page/index.html") },
            $(File { path: concat!("/", $name), content: include_str!(concat!("page/", $name)) }),*
        ]
    };
}

const FILES: &[File] = files![
    "style.css",
    "main.js",
    "rpc.js",
    "dom.js",
    "format.js",
    "parts.js",
    "chain.js",
    "transaction.js",
    "accounts.js",
    "functions.js",
    "send.js",
];

/// The file at a path.
pub(crate) fn file(path: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.path == path)
}

impl File {
    /// What it is, in HTTP's words.
    pub(crate) fn content_type(&self) -> &'static str {
        match self.path.rsplit_once('.') {
            Some((_, "css")) => "text/css; charset=utf-8",
            Some((_, "js")) => "text/javascript; charset=utf-8",
            _ => "text/html; charset=utf-8",
        }
    }
}

/// What the page may do: run its own files and ask the node that it came from, and nothing else.
pub(crate) fn policy(host: &str) -> String {
    let is_plain = !host.is_empty()
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".:-[]_".contains(&byte));
    let socket = if is_plain { format!(" ws://{host}") } else { String::new() };
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'{socket}; img-src data:; \
         frame-ancestors 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_served() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/page");
        for entry in std::fs::read_dir(folder).expect("it is there") {
            let name = entry.expect("it is there").file_name();
            let name = name.to_str().expect("it is text");
            let path = if name == "index.html" { "" } else { name };
            assert!(file(&format!("/{path}")).is_some(), "{name}");
        }
    }

    #[test]
    fn the_page_asks_its_own_node_alone() {
        assert!(policy("localhost:8545").contains("connect-src 'self' ws://localhost:8545;"));
        assert!(policy("a; script-src *").contains("connect-src 'self';"));
    }

    /// Names, reasons and events are anybody's, so nothing is read as HTML.
    #[test]
    fn no_text_becomes_html() {
        for file in FILES {
            for word in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("]
            {
                assert!(!file.content.contains(word), "{}: {word}", file.path);
            }
        }
    }
}
