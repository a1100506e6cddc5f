//! Addresses of hosts and adapters, and the numbers that only look like them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The first four numbers of a chain of numbers with dots, where they are an address of a site.
///
/// A version may have four numbers too: what stands before it and after it decides
/// (`evidence.rs`). Five and more are a version, except behind the start of a private network:
/// `10.20.30.40.8.1` is an address and a port of NFS.
pub(super) fn private_ipv4(chain: &str) -> Option<&str> {
    let chain = chain.trim_end_matches('.');
    let end = chain.match_indices('.').nth(3).map_or(chain.len(), |(at, _)| at);
    let address = &chain[..end];
    let parsed = lenient_ipv4(address)?;
    let alone = end == chain.len() || parsed.is_private();
    (alone && !is_everybodys(parsed.into())).then_some(address)
}

/// Reads `10.020.030.004` too.
fn lenient_ipv4(text: &str) -> Option<Ipv4Addr> {
    let numbers: Vec<u8> = text.split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let numbers: [u8; 4] = numbers.try_into().ok()?;
    Some(Ipv4Addr::from(numbers))
}

/// The part of `text` that is an IPv6 address of a site; `text` may end in a full stop or colon.
pub(super) fn private_ipv6(text: &str) -> Option<&str> {
    let text = text.trim_end_matches('.');
    let trimmed = text.strip_suffix(':').filter(|rest| !rest.ends_with(':')).unwrap_or(text);
    let address: Ipv6Addr = trimmed.parse().ok()?;
    (!is_everybodys(address.into())).then_some(trimmed)
}

/// Netmasks, loopback and unspecified addresses.
fn is_everybodys(address: IpAddr) -> bool {
    let is_mask = matches!(address, IpAddr::V4(address) if address.octets()[0] == 255);
    let is_zero = matches!(address, IpAddr::V4(address) if address.octets()[0] == 0);
    address.is_loopback() || address.is_unspecified() || is_mask || is_zero
}

/// True for an address with hexadecimal digits other than all zeros and all ones.
pub(super) fn is_adapter(address: &str) -> bool {
    let digits: Vec<u8> =
        address.bytes().filter(u8::is_ascii_hexdigit).map(|c| c.to_ascii_lowercase()).collect();
    !digits.iter().all(|&digit| digit == b'0') && !digits.iter().all(|&digit| digit == b'f')
}

/// True for `0050.56ab.cdef`; `2021.0101.1200` has no letter and may be anything.
pub(super) fn has_letter(address: &str) -> bool {
    address.bytes().any(|c| c.is_ascii_alphabetic()) && is_adapter(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_dots_are_addresses_or_versions() {
        #[track_caller]
        fn check(chain: &str, expected: Option<&str>) {
            assert_eq!(private_ipv4(chain), expected, "{chain}");
        }
        check("10.20.30.40", Some("10.20.30.40"));
        check("10.20.30.40.", Some("10.20.30.40"));
        check("10.20.30.40.8.1", Some("10.20.30.40"));
        check("192.168.001.010", Some("192.168.001.010"));
        check("703.0.20.19193900", None);
        check("7.0.3", None);
        check("4.1.0.0.1", None);
        check("255.255.255.0", None);
        check("127.0.0.1", None);
    }

    #[test]
    fn sixes_with_colons() {
        #[track_caller]
        fn check(text: &str, expected: Option<&str>) {
            assert_eq!(private_ipv6(text), expected, "{text}");
        }
        check("fe80::1:", Some("fe80::1"));
        check("2001:db8:0:1:2:3:4:5.", Some("2001:db8:0:1:2:3:4:5"));
        check("::ffff:10.1.2.3", Some("::ffff:10.1.2.3"));
        check("::1", None);
        check("::", None);
        check("7:05:43:45", None);
    }
}
