//! A range of network addresses, `10.0.0.0/8` or a single `192.0.2.7`, as operators name their proxies.
//! IPv4 written the IPv6 way (`::ffff:10.0.0.1`) is the same address as its short form.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

use super::given::Unacceptable;

/// The addresses that share their first `length` bits with `first`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AddressRange {
    first: IpAddr,
    length: u32,
}

impl AddressRange {
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.first, address.to_canonical()) {
            (IpAddr::V4(first), IpAddr::V4(address)) => v4_start(address, self.length) == first,
            (IpAddr::V6(first), IpAddr::V6(address)) => v6_start(address, self.length) == first,
            _ => false,
        }
    }
}

impl From<IpAddr> for AddressRange {
    fn from(address: IpAddr) -> Self {
        let first = address.to_canonical();
        Self { first, length: bits(first) }
    }
}

impl FromStr for AddressRange {
    type Err = Unacceptable;

    fn from_str(text: &str) -> Result<Self, Unacceptable> {
        let Some((address, length)) = text.split_once('/') else {
            return text.parse::<IpAddr>().map(Self::from).map_err(|_| Unacceptable);
        };
        let address: IpAddr = address.parse().map_err(|_| Unacceptable)?;
        let length: u32 = length.parse().map_err(|_| Unacceptable)?;
        if length > bits(address) {
            return Err(Unacceptable);
        }
        Ok(match (address, address.to_canonical()) {
            (IpAddr::V6(_), IpAddr::V4(mapped)) if length >= 96 => Self::v4(mapped, length - 96),
            (IpAddr::V6(address), _) => Self { first: v6_start(address, length).into(), length },
            (IpAddr::V4(address), _) => Self::v4(address, length),
        })
    }
}

impl AddressRange {
    fn v4(address: Ipv4Addr, length: u32) -> Self {
        Self { first: v4_start(address, length).into(), length }
    }
}

impl fmt::Display for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.length)
    }
}

impl fmt::Debug for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn bits(address: IpAddr) -> u32 {
    if address.is_ipv4() { Ipv4Addr::BITS } else { Ipv6Addr::BITS }
}

/// A shift by the whole width is the empty mask of `/0`.
fn v4_start(address: Ipv4Addr, length: u32) -> Ipv4Addr {
    Ipv4Addr::from_bits(address.to_bits() & u32::MAX.checked_shl(Ipv4Addr::BITS - length).unwrap_or(0))
}

fn v6_start(address: Ipv6Addr, length: u32) -> Ipv6Addr {
    Ipv6Addr::from_bits(address.to_bits() & u128::MAX.checked_shl(Ipv6Addr::BITS - length).unwrap_or(0))
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
    fn knows_its_addresses(#[case] range: AddressRange, #[case] address: IpAddr, #[case] inside: bool) {
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
    fn refuses_what_is_no_range(#[case] text: &str) {
        assert_eq!(text.parse::<AddressRange>(), Err(Unacceptable));
    }
}
