//! The URL of a PostgreSQL database, as its client library reads it: with timeouts and our name, and without
//! passwords for display. It may name several hosts, and a `#` in it is a letter like others.

pub const UNPARSABLE: &str =
    "the URL cannot be read; write letters such as / and @ in its password as %2F and %40, and a % as %25";

/// Parameters of the client library, so that a host that has vanished is noticed: after the seconds to connect, the
/// milliseconds that sent data may stay unacknowledged, or the probes of a connection on which nothing is sent. The name
/// is shown to operators who look at the connections of a server.
const DEFAULTS: [(&str, &str); 6] = [
    ("connect_timeout", "5"),
    ("tcp_user_timeout", "8000"),
    ("keepalives_idle", "5"),
    ("keepalives_interval", "2"),
    ("keepalives_count", "2"),
    ("fallback_application_name", "roster"),
];

const NO_TLS: &str = "the URL asks for TLS, and this build of Roster has none for PostgreSQL. Build it with \
     `--features postgres-tls`, use the Docker image, or leave sslmode out if nobody can listen on the way";

/// The parts of a URL, as they are written in it.
struct Parts<'a> {
    scheme: &'a str,
    user: Option<&'a str>,
    password: Option<&'a str>,
    /// Hosts with their ports, and the database.
    location: &'a str,
    /// `name=value`
    options: Vec<&'a str>,
}

/// Adds the timeouts that the URL does not set, and our name.
pub fn with_defaults(url: &str) -> String {
    let has_options = Parts::parse(url).map_or(url.contains('?'), |parts| !parts.options.is_empty());
    let mut url = url.trim_end_matches('?').to_owned();
    let missing = DEFAULTS.iter().filter(|(name, _)| !url.contains(&format!("{name}="))).collect::<Vec<_>>();
    for (number, (name, value)) in missing.into_iter().enumerate() {
        let separator = if has_options || number > 0 { '&' } else { '?' };
        url.extend([&separator.to_string(), *name, "=", *value]);
    }
    url
}

/// The URL for a client program such as `pg_dump`, which gets the password elsewhere. `None` if it does not parse.
pub fn without_passwords(url: &str) -> Option<String> {
    let Parts { scheme, user, location, options, .. } = Parts::parse(url)?;
    let user = user.map(|user| format!("{user}@")).unwrap_or_default();
    let shown: Vec<&str> = options.into_iter().filter(|option| !is_password(option)).collect();
    let options = if shown.is_empty() { String::new() } else { format!("?{}", shown.join("&")) };
    Some(format!("{scheme}://{user}{location}{options}"))
}

/// The password in the URL, for the environment of a client program.
pub fn password(url: &str) -> Option<String> {
    let parts = Parts::parse(url)?;
    let option = parts.options.iter().find_map(|option| option.strip_prefix("password="));
    decode(option.or(parts.password)?)
}

/// The client library's message on one line, unless it may quote a part of the URL's password or is about a build
/// without TLS.
pub fn redact_message(message: &str, url: &str) -> String {
    if message.contains("SSL support is not compiled in") {
        return NO_TLS.to_owned();
    }
    let quotes_url = message.contains("percent-encoded") || message.contains(" URI");
    match Parts::parse(url) {
        Some(_) if !quotes_url => message.split_whitespace().collect::<Vec<_>>().join(" "),
        _ => UNPARSABLE.to_owned(),
    }
}

impl<'a> Parts<'a> {
    /// `None` if a letter in the password is not escaped, so that a part of it would be taken for the host.
    fn parse(url: &'a str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let (user_info, rest) = match rest.find(['@', '/']) {
            Some(at) if rest[at..].starts_with('@') => (Some(&rest[..at]), &rest[at + 1..]),
            _ => (None, rest),
        };
        let (user, password) = match user_info.map(|info| info.split_once(':').ok_or(info)) {
            Some(Ok((user, password))) => (Some(user), Some(password)),
            Some(Err(user)) => (Some(user), None),
            None => (None, None),
        };
        let (location, options) = rest.split_once('?').unwrap_or((rest, ""));
        let options: Vec<&str> = options.split('&').filter(|option| !option.is_empty()).collect();
        let hosts = location.split('/').next().unwrap_or_default();
        let is_whole = !location.contains('@')
            && hosts.split(',').all(is_host)
            && options.iter().all(|option| is_option(option))
            && [user, password].into_iter().flatten().chain(options.iter().copied()).all(is_encoded);
        is_whole.then_some(Self { scheme, user, password, location, options })
    }
}

/// A host with or without a port: a name, an address, one of IPv6 in brackets, or an encoded path of a socket.
fn is_host(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[').and_then(|text| text.split_once(']')) {
        Some((host, port)) => (host, port.strip_prefix(':').unwrap_or(port)),
        None => text.rsplit_once(':').unwrap_or((text, "")),
    };
    let is_letter = |letter: char| letter.is_alphanumeric() || ".-_%:".contains(letter);
    host.chars().all(is_letter) && port.chars().all(|digit| digit.is_ascii_digit())
}

fn is_option(text: &str) -> bool {
    text.split_once('=').is_some_and(|(name, value)| {
        !name.is_empty()
            && name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_')
            && !value.contains('=')
    })
}

fn is_password(option: &str) -> bool {
    option.split('=').next().is_some_and(|name| name.ends_with("password"))
}

fn is_encoded(text: &str) -> bool {
    decode(text).is_some()
}

/// Decodes `%2F`; `None` if a `%` is not followed by two digits. A `+` stays as it is.
fn decode(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let digits = part.get(..2)?;
        bytes.push(u8::from_str_radix(digits, 16).ok().filter(|byte| *byte != 0)?);
        bytes.extend(&part.as_bytes()[2..]);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests;
