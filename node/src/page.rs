//! The page that shows the chain in a browser.

/// The page, with its style and script in it.
pub(crate) const HTML: &str = include_str!("page/index.html");

/// What the page may do: ask the node, and nothing else.
pub(crate) const POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self' ws:; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
