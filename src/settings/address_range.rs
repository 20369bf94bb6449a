//! A range of network addresses: `10.0.0.0/8`, or a single address such as `192.0.2.7`.
//! An IPv4-mapped IPv6 address (`::ffff:10.0.0.1`) equals its IPv4 address.

use std::{fmt, net::IpAddr, str::FromStr};

use ipnet::{AddrParseError, IpNet, Ipv4Net};

/// IPv4-mapped IPv6 ranges are stored as IPv4 ranges.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AddressRange(IpNet);

impl AddressRange {
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

/// The range of one address.
impl From<IpAddr> for AddressRange {
    fn from(address: IpAddr) -> Self {
        Self(canonical(address.into()))
    }
}

impl FromStr for AddressRange {
    type Err = AddrParseError;

    fn from_str(text: &str) -> Result<Self, AddrParseError> {
        let range = text.parse().map(|address: IpAddr| address.into()).or_else(|_| text.parse())?;
        Ok(Self(canonical(range).trunc()))
    }
}

/// Converts an IPv4-mapped IPv6 range, whose prefix is 96 bits longer (`::ffff:0:0/96`), to IPv4.
fn canonical(range: IpNet) -> IpNet {
    const PREFIX: u8 = 96;
    let IpNet::V6(v6) = range else { return range };
    match (v6.addr().to_ipv4_mapped(), v6.prefix_len().checked_sub(PREFIX)) {
        (Some(v4), Some(length)) => Ipv4Net::new_assert(v4, length).into(),
        _ => range,
    }
}

impl fmt::Display for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("10.0.0.0/8", "10.255.255.255", true)]
    #[case("10.0.0.0/8", "11.0.0.0", false)]
    #[case("10.1.2.3/8", "10.9.9.9", true)]
    #[case("192.0.2.7", "192.0.2.7", true)]
    #[case("192.0.2.7", "192.0.2.8", false)]
    #[case("172.16.0.0/12", "172.31.0.1", true)]
    #[case("172.16.0.0/12", "172.32.0.1", false)]
    #[case("0.0.0.0/0", "203.0.113.9", true)]
    #[case("0.0.0.0/0", "2001:db8::1", false)]
    #[case("::/0", "203.0.113.9", false)]
    #[case("2001:db8::/32", "2001:db8:ffff::1", true)]
    #[case("2001:db8::/32", "2001:db9::1", false)]
    #[case("10.0.0.0/8", "::ffff:10.0.0.1", true)]
    #[case("::ffff:10.0.0.0/104", "10.2.3.4", true)]
    #[case("::ffff:10.0.0.0/104", "11.2.3.4", false)]
    #[case("::ffff:192.0.2.7", "192.0.2.7", true)]
    fn contains_its_addresses(#[case] range: AddressRange, #[case] address: IpAddr, #[case] inside: bool) {
        assert_eq!(range.contains(address), inside, "{range} and {address}");
    }

    #[rstest]
    #[case("")]
    #[case("10.0.0")]
    #[case("10.0.0.0/33")]
    #[case("10.0.0.0/-1")]
    #[case("10.0.0.0/")]
    #[case("::/129")]
    #[case("proxy.example.com")]
    fn refuses_invalid_ranges(#[case] text: &str) {
        assert!(text.parse::<AddressRange>().is_err());
    }
}
