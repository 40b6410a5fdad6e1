//! Where to listen: an address of this machine, and a port or any free one from 7474 on.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::str::FromStr;

use crate::WatchError;

/// The first port that is tried where none is named.
const FIRST_PORT: u16 = 7474;
/// Ports that are tried.
const PORTS: u16 = 32;

/// An address to listen at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listen {
    /// The address; loopback by default.
    pub address: IpAddr,
    /// The port; `None` takes the first free one from 7474 on, 0 any.
    pub port: Option<u16>,
}

impl Default for Listen {
    fn default() -> Self {
        Self {
            address: Ipv4Addr::LOCALHOST.into(),
            port: None,
        }
    }
}

impl FromStr for Listen {
    type Err = WatchError;

    /// Reads `ADDR`, `ADDR:PORT` or `:PORT`; `localhost` is 127.0.0.1.
    fn from_str(text: &str) -> Result<Self, WatchError> {
        let fault = || WatchError::Address {
            found: text.to_owned(),
        };
        if let Ok(both) = text.parse::<SocketAddr>() {
            return Ok(Self {
                address: both.ip(),
                port: Some(both.port()),
            });
        }
        if let Ok(address) = text.trim_matches(['[', ']']).parse::<IpAddr>() {
            return Ok(Self {
                address,
                port: None,
            });
        }
        let (name, port) = match text.rsplit_once(':') {
            Some((name, port)) => (name, Some(port.parse().map_err(|_| fault())?)),
            None => (text, None),
        };
        match (name, port) {
            ("localhost", _) | ("", Some(_)) => Ok(Self {
                port,
                ..Self::default()
            }),
            _ => Err(fault()),
        }
    }
}

impl Listen {
    /// A socket at the address; its port is free or was named.
    pub(crate) fn bind(self) -> Result<TcpListener, WatchError> {
        let ports = match self.port {
            Some(port) => port..=port,
            None => FIRST_PORT..=FIRST_PORT + PORTS,
        };
        let last = *ports.end();
        for port in ports {
            let address = SocketAddr::new(self.address, port);
            match TcpListener::bind(address) {
                Ok(listener) => return Ok(listener),
                Err(error) if error.kind() == std::io::ErrorKind::AddrInUse && port < last => {}
                Err(source) => return Err(WatchError::Bind { address, source }),
            }
        }
        // invariant: the last port returns above; this keeps the function total.
        Err(WatchError::Address {
            found: self.address.to_string(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_as_people_write_them() {
        let of = |text: &str| {
            let listen: Listen = text.parse().expect(text);
            (listen.address.to_string(), listen.port)
        };
        assert_eq!(of("127.0.0.1:80"), ("127.0.0.1".into(), Some(80)));
        assert_eq!(of("0.0.0.0"), ("0.0.0.0".into(), None));
        assert_eq!(of("[::]:9"), ("::".into(), Some(9)));
        assert_eq!(of("::1"), ("::1".into(), None));
        assert_eq!(of("[::1]"), ("::1".into(), None));
        assert_eq!(of("localhost:0"), ("127.0.0.1".into(), Some(0)));
        assert_eq!(of(":8080"), ("127.0.0.1".into(), Some(8080)));
        for bad in [
            "",
            "x",
            "example.org:80",
            "1.2.3.4:x",
            "1.2.3:4",
            "1.2.3.4:99999",
        ] {
            let error = bad.parse::<Listen>().expect_err(bad).to_string();
            assert!(error.contains("expected ADDR"), "{error}");
        }
    }

    #[test]
    fn a_port_that_was_named_is_not_exchanged() {
        let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = taken.local_addr().expect("its number").port();
        let listen = Listen {
            port: Some(port),
            ..Listen::default()
        };
        let error = listen.bind().expect_err("taken").to_string();
        assert!(error.contains("the port is in use"), "{error}");
        let (first, second) = (Listen::default().bind(), Listen::default().bind());
        assert!(first.is_ok() && second.is_ok());
    }
}
