//! Who may ask: the node signs for whoever does, and browsers carry requests of any page that is open in them.
//!
//! A page of another origin is refused unless it was named. So is a name in the `Host` header that nobody gave the node: a
//! page can make its own name lead to the loopback address (DNS rebinding), and would be of the node's origin then. The page
//! of the node's own is served here, too.

use crate::page;
use jsonrpsee::server::{HttpBody, HttpRequest, HttpResponse};
use std::{
    future::Future,
    net::IpAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tower::{Layer, Service};

/// Who may ask beside programs and the node's own page.
#[derive(Clone, Debug, Default)]
pub struct Allowed {
    /// Origins of pages, such as `http://localhost:3000`; `*` is all.
    pub origins: Vec<String>,
    /// Names of the machine that clients may use, beside `localhost` and addresses.
    pub hosts: Vec<String>,
}

impl Allowed {
    fn has_host(&self, host: &str) -> bool {
        let name = name_of(host);
        let address = name.trim_start_matches('[').trim_end_matches(']');
        name.eq_ignore_ascii_case("localhost")
            || address.parse::<IpAddr>().is_ok()
            || self.hosts.iter().any(|allowed| allowed.eq_ignore_ascii_case(name))
    }

    /// Whether a page of this origin may ask. Browsers' extensions, as wallets are, may: a page can't be of their origin.
    fn has_origin(&self, origin: &str, host: &str) -> bool {
        let is_own =
            origin.strip_prefix("http://").is_some_and(|own| own.eq_ignore_ascii_case(host));
        let is_extension = ["chrome-extension://", "moz-extension://", "safari-web-extension://"]
            .iter()
            .any(|scheme| origin.starts_with(scheme));
        is_own
            || is_extension
            || self.origins.iter().any(|allowed| allowed == "*" || allowed == origin)
    }
}

/// A host without its port.
fn name_of(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => name,
        _ => host,
    }
}

/// What a request gets.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    /// It goes on to the methods.
    Methods,
    /// A file of the node's page.
    Page(&'static page::File),
    /// A browser asks whether a page may ask.
    Preflight,
    /// No, with the number and a sentence.
    Refused(u16, String),
}

fn judge(
    allowed: &Allowed,
    method: &str,
    path: &str,
    header: impl Fn(&str) -> Option<String>,
) -> Verdict {
    let host = header("host").unwrap_or_default();
    // HTTP/1.0 and some programs have none.
    if !host.is_empty() && !allowed.has_host(&host) {
        let name = name_of(&host);
        return Verdict::Refused(
            403,
            format!("the host {name} is not allowed: start the node with --allow-host {name}"),
        );
    }
    if let Some(origin) = header("origin")
        && !allowed.has_origin(&origin, &host)
    {
        return Verdict::Refused(
            403,
            format!(
                "the origin {origin} is not allowed: start the node with --allow-origin {origin}"
            ),
        );
    }
    let is_socket = header("upgrade").is_some();
    match method {
        "OPTIONS" => Verdict::Preflight,
        "GET" if is_socket => Verdict::Methods,
        "GET" | "HEAD" => page::file(path).map_or_else(
            || Verdict::Refused(404, "there is only the page at /".to_owned()),
            Verdict::Page,
        ),
        _ => Verdict::Methods,
    }
}

/// Puts the gate in front of a service.
#[derive(Clone)]
pub(crate) struct GateLayer(pub(crate) Arc<Allowed>);

impl<S> Layer<S> for GateLayer {
    type Service = Gate<S>;

    fn layer(&self, inner: S) -> Gate<S> {
        Gate { inner, allowed: Arc::clone(&self.0) }
    }
}

/// A service behind the gate.
#[derive(Clone)]
pub(crate) struct Gate<S> {
    inner: S,
    allowed: Arc<Allowed>,
}

impl<S, B> Service<HttpRequest<B>> for Gate<S>
where
    S: Service<HttpRequest<B>, Response = HttpResponse>,
    S::Future: Send + 'static,
{
    type Response = HttpResponse;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: HttpRequest<B>) -> Self::Future {
        let header = |name: &str| {
            let value = request.headers().get(name)?;
            Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        let verdict = judge(&self.allowed, request.method().as_str(), request.uri().path(), header);
        let origin = header("origin");
        let answer = match verdict {
            Verdict::Methods => {
                let answer = self.inner.call(request);
                return Box::pin(async move {
                    let mut response = answer.await?;
                    allow(&mut response, origin.as_deref());
                    Ok(response)
                });
            }
            Verdict::Page(file) => respond(200, file.content_type(), file.content.to_owned()),
            Verdict::Preflight => respond(204, "text/plain", String::new()),
            Verdict::Refused(number, sentence) => {
                respond(number, "text/plain; charset=utf-8", sentence + "\n")
            }
        };
        let mut answer = answer;
        // Some browsers know a socket of the page's own address by nothing else.
        let policy = page::policy(&header("host").unwrap_or_default());
        set(&mut answer, "content-security-policy", &policy);
        let is_refused = answer.status().is_client_error();
        if !is_refused {
            allow(&mut answer, origin.as_deref());
        }
        Box::pin(async move { Ok(answer) })
    }
}

fn respond(status: u16, content_type: &'static str, body: String) -> HttpResponse {
    let mut response = HttpResponse::new(HttpBody::from(body));
    *response.status_mut() = status.try_into().unwrap_or_default();
    for (name, value) in [
        ("content-type", content_type),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        // The next version's page is another one.
        ("cache-control", "no-cache"),
    ] {
        set(&mut response, name, value);
    }
    response
}

fn set(response: &mut HttpResponse, name: &'static str, value: &str) {
    if let Ok(value) = value.parse() {
        response.headers_mut().insert(name, value);
    }
}

/// Tells the browser that the page may read the answer.
fn allow(response: &mut HttpResponse, origin: Option<&str>) {
    let Some(origin) = origin else { return };
    for (name, value) in [
        ("access-control-allow-origin", origin),
        ("access-control-allow-headers", "content-type"),
        ("access-control-allow-methods", "POST, GET, OPTIONS"),
        ("vary", "origin"),
    ] {
        set(response, name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(allowed: &Allowed, method: &str, path: &str, headers: &[(&str, &str)]) -> Verdict {
        judge(allowed, method, path, |name| {
            headers.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn pages_of_other_origins_are_refused() {
        let nobody = Allowed::default();
        let post = |allowed: &Allowed, host, origin| {
            verdict(allowed, "POST", "/", &[("host", host), ("origin", origin)])
        };
        let is_refused = |verdict| matches!(verdict, Verdict::Refused(403, _));
        assert_eq!(verdict(&nobody, "POST", "/", &[("host", "localhost:8545")]), Verdict::Methods);
        assert_eq!(post(&nobody, "localhost:8545", "http://localhost:8545"), Verdict::Methods);
        assert_eq!(post(&nobody, "localhost:8545", "chrome-extension://abc"), Verdict::Methods);
        assert!(is_refused(post(&nobody, "localhost:8545", "http://localhost:3000")));
        assert!(is_refused(post(&nobody, "localhost:8545", "https://evil.example")));
        assert!(is_refused(post(&nobody, "localhost:8545", "null")));
        let one = Allowed { origins: vec!["http://localhost:3000".into()], ..Allowed::default() };
        assert_eq!(post(&one, "localhost:8545", "http://localhost:3000"), Verdict::Methods);
        assert!(is_refused(post(&one, "localhost:8545", "http://localhost:3001")));
        let all = Allowed { origins: vec!["*".into()], ..Allowed::default() };
        assert_eq!(post(&all, "localhost:8545", "https://a.example"), Verdict::Methods);
        // A socket is opened by a page without a preflight.
        let socket = [
            ("host", "127.0.0.1:8545"),
            ("upgrade", "websocket"),
            ("origin", "https://evil.example"),
        ];
        assert!(is_refused(verdict(&nobody, "GET", "/", &socket)));
    }

    #[test]
    fn only_names_of_the_machine_are_answered() {
        let allowed = Allowed { hosts: vec!["hebe".into()], ..Allowed::default() };
        for host in [
            "localhost",
            "LOCALHOST:8545",
            "127.0.0.1:1",
            "[::1]:8545",
            "[::1]",
            "10.0.0.7:8545",
            "hebe:8545",
        ] {
            assert_eq!(
                verdict(&allowed, "POST", "/", &[("host", host)]),
                Verdict::Methods,
                "{host}"
            );
        }
        for host in
            ["evil.example", "localhost.evil.example:8545", "127.0.0.1.evil.example", "hebe.evil"]
        {
            assert!(
                matches!(
                    verdict(&allowed, "POST", "/", &[("host", host)]),
                    Verdict::Refused(403, _)
                ),
                "{host}"
            );
        }
    }

    #[test]
    fn the_page_is_at_the_root() {
        let allowed = Allowed::default();
        for path in ["/", "/style.css", "/main.js"] {
            let verdict = verdict(&allowed, "GET", path, &[("host", "localhost")]);
            assert!(matches!(verdict, Verdict::Page(file) if file.path == path), "{path}");
        }
        assert!(matches!(
            verdict(&allowed, "GET", "/x", &[("host", "localhost")]),
            Verdict::Refused(404, _)
        ));
        assert_eq!(verdict(&allowed, "OPTIONS", "/", &[("host", "localhost")]), Verdict::Preflight);
    }
}
