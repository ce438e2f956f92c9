//! Who is at the other end, when a proxy stands between.
//!
//! Only a declared proxy's `X-Forwarded-For` counts, and of it the last address that is not a declared proxy's: the
//! earlier ones were written by the client. `Forwarded`, `X-Forwarded-Host` and `X-Forwarded-Proto` are never read.

use http::{HeaderMap, HeaderName};
use ipnet::IpNet;
use std::net::IpAddr;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address of the browser, as far as it can be believed.
pub fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let mut nearest = peer.to_canonical();
    let hops: Vec<&str> = headers
        .get_all(X_FORWARDED_FOR)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect();
    let mut hops = hops.into_iter().rev();
    while trusted.iter().any(|range| range.contains(&nearest)) {
        match hops.next().and_then(|hop| hop.parse::<IpAddr>().ok()) {
            Some(hop) => nearest = hop.to_canonical(),
            None => break,
        }
    }
    nearest
}

/// The network that an address lies in, which is what throttles count and records keep: a /24, or a /56 of IPv6, as one
/// household or office has it.
pub fn network(address: IpAddr) -> String {
    let bits = if address.is_ipv4() { 24 } else { 56 };
    IpNet::new(address, bits).map_or_else(|_| String::new(), |net| net.trunc().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn seen(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(X_FORWARDED_FOR, HeaderValue::from_str(value).expect("a header"));
        }
        let trusted: Vec<IpNet> = trusted.iter().map(|range| range.parse().expect("a range")).collect();
        client(peer.parse().expect("an address"), &headers, &trusted).to_string()
    }

    #[test]
    fn a_stranger_cannot_name_another_address() {
        assert_eq!(seen("203.0.113.9", &["198.51.100.1"], &[]), "203.0.113.9");
        assert_eq!(seen("203.0.113.9", &["198.51.100.1"], &["10.0.0.0/8"]), "203.0.113.9");
    }

    #[test]
    fn a_declared_proxy_is_believed_about_its_own_client_alone() {
        assert_eq!(seen("10.0.0.2", &["198.51.100.1"], &["10.0.0.0/8"]), "198.51.100.1");
        assert_eq!(
            seen("10.0.0.2", &["192.0.2.7, 198.51.100.1"], &["10.0.0.0/8"]),
            "198.51.100.1"
        );
        assert_eq!(
            seen("10.0.0.2", &["198.51.100.1, 10.0.0.3"], &["10.0.0.0/8"]),
            "198.51.100.1"
        );
        assert_eq!(
            seen("10.0.0.2", &["192.0.2.7", "198.51.100.1"], &["10.0.0.0/8"]),
            "198.51.100.1"
        );
        assert_eq!(seen("10.0.0.2", &["nonsense"], &["10.0.0.0/8"]), "10.0.0.2");
        assert_eq!(seen("10.0.0.2", &[], &["10.0.0.0/8"]), "10.0.0.2");
        assert_eq!(
            seen("::ffff:10.0.0.2", &["198.51.100.1"], &["10.0.0.0/8"]),
            "198.51.100.1"
        );
    }

    #[test]
    fn a_network_is_what_a_household_has() {
        assert_eq!(network("198.51.100.77".parse().expect("v4")), "198.51.100.0/24");
        assert_eq!(
            network("2001:db8:1:2ff:3::4".parse().expect("v6")),
            "2001:db8:1:200::/56"
        );
    }
}
