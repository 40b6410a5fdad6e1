//! Who may ask: pages of our own, and with a token whoever has it.
//!
//! A browser sends along whatever it holds for an address, whichever page asks. So `Host` must be a name of ours (a foreign
//! name that leads here is an attack by DNS), `Origin` and `Sec-Fetch-Site` must tell of our own page, and beyond loopback
//! every request carries the token: in the first URL, in a cookie after it, or as `Authorization: Bearer`.

use std::net::{IpAddr, SocketAddr};

use crate::token;

/// What is asked for, as far as it matters here.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Asked<'a> {
    pub host: Option<&'a str>,
    pub origin: Option<&'a str>,
    pub fetch_site: Option<&'a str>,
    pub cookie: Option<&'a str>,
    pub authorization: Option<&'a str>,
    pub path: &'a str,
    pub token: Option<&'a str>,
}

/// The answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Go on.
    Allow,
    /// The token in the URL is right: set this cookie and go to `/`.
    Enter(String),
    /// Refuse, with a status and a text.
    Refuse(u16, &'static str),
}

/// The rules of a server.
#[derive(Debug, Clone)]
pub(crate) struct Guard {
    /// Where it listens.
    pub address: SocketAddr,
    /// The token that it demands.
    pub token: Option<String>,
}

impl Guard {
    /// Decides.
    pub fn check(&self, asked: &Asked<'_>) -> Verdict {
        let Some(host) = asked.host.filter(|host| self.is_ours(host)) else {
            return Verdict::Refuse(
                421,
                "This is the live view of Regimen. The request names another host or port: use the address that \
                 `regimen watch` printed, with its port.\n",
            );
        };
        if let Some(origin) = asked.origin
            && origin.strip_prefix("http://") != Some(host)
        {
            return Verdict::Refuse(403, "Pages of other origins may not ask.\n");
        }
        let inner = asked.path.starts_with("/api/") || asked.path == "/report";
        if inner && !matches!(asked.fetch_site, None | Some("same-origin" | "none")) {
            return Verdict::Refuse(403, "Pages of other sites may not ask.\n");
        }
        let Some(token) = &self.token else {
            return Verdict::Allow;
        };
        let name = self.cookie_name();
        if asked.path == "/" && asked.token.is_some_and(|given| token::same(given, token)) {
            return Verdict::Enter(format!("{name}={token}; Path=/; HttpOnly; SameSite=Strict"));
        }
        let cookies = asked.cookie.into_iter().flat_map(|all| all.split(';'));
        let mut cookies = cookies.filter_map(|one| one.trim().split_once('='));
        let by_cookie = cookies.any(|(key, value)| key == name && token::same(value, token));
        let bearer = asked
            .authorization
            .and_then(|value| value.split_once(' '))
            .and_then(|(scheme, token)| scheme.eq_ignore_ascii_case("bearer").then_some(token));
        if by_cookie || bearer.is_some_and(|given| token::same(given.trim(), token)) {
            return Verdict::Allow;
        }
        Verdict::Refuse(
            401,
            "This live view demands its token: open the whole address that `regimen watch` printed, with `?token=`.\n",
        )
    }

    /// Cookies know hosts, not ports: the port in the name keeps two views apart.
    fn cookie_name(&self) -> String {
        format!("regimen-watch-{}", self.address.port())
    }

    /// Whether a `Host` header is a name of this server.
    fn is_ours(&self, host: &str) -> bool {
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if !port.ends_with(']') => (name, port.parse().ok()),
            _ => (host, Some(80)),
        };
        if port != Some(self.address.port()) {
            return false;
        }
        let bound = self.address.ip();
        let plain = name.trim_start_matches('[').trim_end_matches(']');
        match plain.parse::<IpAddr>() {
            Ok(ip) if bound.is_unspecified() || ip == bound => true,
            Ok(ip) => bound.is_loopback() && ip.is_loopback(),
            Err(_) if bound.is_unspecified() => !name.is_empty(),
            Err(_) => bound.is_loopback() && name.eq_ignore_ascii_case("localhost"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "0123456789abcdef";

    fn guard(address: &str, token: Option<&str>) -> Guard {
        Guard {
            address: address.parse().expect("an address"),
            token: token.map(str::to_owned),
        }
    }

    fn status(guard: &Guard, asked: Asked<'_>) -> u16 {
        match guard.check(&asked) {
            Verdict::Allow => 200,
            Verdict::Enter(_) => 303,
            Verdict::Refuse(status, _) => status,
        }
    }

    #[test]
    fn hosts() {
        let (home, open, lan) = ("127.0.0.1:7474", "0.0.0.0:7474", "192.168.1.5:7474");
        for (address, host, expected) in [
            (home, Some("127.0.0.1:7474"), 200),
            (home, Some("localhost:7474"), 200),
            (home, Some("LOCALHOST:7474"), 200),
            (home, Some("[::1]:7474"), 200),
            (home, Some("127.0.0.1"), 421),
            (home, Some("127.0.0.1:80"), 421),
            (home, Some("evil.example:7474"), 421),
            (home, Some("localhost.evil.example:7474"), 421),
            (home, Some("192.168.1.5:7474"), 421),
            (home, Some("localhost:7474:7474"), 421),
            (home, Some(""), 421),
            (home, Some(":7474"), 421),
            (home, None, 421),
            ("127.0.0.1:80", Some("localhost"), 200),
            ("[::1]:7474", Some("[::1]:7474"), 200),
            ("[::1]:80", Some("[::1]"), 200),
            (open, Some("evil.example:7474"), 401),
            (open, Some("evil.example:7475"), 421),
            (lan, Some("192.168.1.5:7474"), 401),
            (lan, Some("localhost:7474"), 421),
            (lan, Some("evil.example:7474"), 421),
        ] {
            let guard = guard(
                address,
                (address == open || address == lan).then_some(TOKEN),
            );
            let path = "/";
            let found = status(
                &guard,
                Asked {
                    host,
                    path,
                    ..Asked::default()
                },
            );
            assert_eq!(found, expected, "{address} {host:?}");
        }
    }

    #[test]
    fn origins_and_sites() {
        let guard = guard("127.0.0.1:7474", None);
        for (origin, fetch_site, path, expected) in [
            (None, None, "/api/runs", 200),
            (
                Some("http://localhost:7474"),
                Some("same-origin"),
                "/api/runs",
                200,
            ),
            (Some("http://localhost:7475"), None, "/api/runs", 403),
            (Some("https://localhost:7474"), None, "/api/runs", 403),
            (Some("http://127.0.0.1:7474"), None, "/api/runs", 403),
            (Some("http://evil.example"), None, "/", 403),
            (Some("null"), None, "/api/events", 403),
            (None, Some("cross-site"), "/api/runs", 403),
            (None, Some("same-site"), "/api/runs", 403),
            (None, Some("cross-site"), "/report", 403),
            (None, Some("cross-site"), "/", 200),
            (None, Some("none"), "/api/runs", 200),
        ] {
            let host = Some("localhost:7474");
            let asked = Asked {
                host,
                origin,
                fetch_site,
                path,
                ..Asked::default()
            };
            assert_eq!(
                status(&guard, asked),
                expected,
                "{origin:?} {fetch_site:?} {path}"
            );
        }
    }

    #[test]
    fn tokens() {
        let guard = guard("0.0.0.0:7474", Some(TOKEN));
        let asked = |path| Asked {
            host: Some("box:7474"),
            path,
            ..Asked::default()
        };
        let right = Some(TOKEN);
        assert_eq!(
            status(
                &guard,
                Asked {
                    token: right,
                    ..asked("/")
                }
            ),
            303
        );
        assert_eq!(
            status(
                &guard,
                Asked {
                    token: Some("no"),
                    ..asked("/")
                }
            ),
            401
        );
        assert_eq!(
            status(
                &guard,
                Asked {
                    token: right,
                    ..asked("/api/runs")
                }
            ),
            401
        );
        for (cookie, expected) in [
            ("regimen-watch-7474=0123456789abcdef", 200),
            ("a=b; regimen-watch-7474=0123456789abcdef; c=d", 200),
            ("regimen-watch-7475=0123456789abcdef", 401),
            ("regimen-watch-7474=0123456789abcdeg", 401),
            ("regimen-watch-7474", 401),
        ] {
            let cookie = Some(cookie);
            assert_eq!(
                status(
                    &guard,
                    Asked {
                        cookie,
                        ..asked("/api/runs")
                    }
                ),
                expected
            );
        }
        for (value, expected) in [
            ("Bearer 0123456789abcdef", 200),
            ("Basic 0123456789abcdef", 401),
            ("", 401),
        ] {
            let authorization = Some(value);
            assert_eq!(
                status(
                    &guard,
                    Asked {
                        authorization,
                        ..asked("/api/runs")
                    }
                ),
                expected
            );
        }
    }
}
