//! Every setting: where it stands, what fits, and where it goes.

use super::{Config, Database, RootSource, stores};
use firm::{Security, scan::Address};
use std::path::PathBuf;

/// One key of `Leptos.toml`.
pub struct Setting {
    /// The table, without brackets.
    pub table: &'static str,
    /// The key, as it is written in the file.
    pub key: &'static str,
    /// A shorter variable beside `GATEHOUSE_<TABLE>_<KEY>`.
    pub short: Option<&'static str>,
    /// Whether several values are taken (an array; in the environment, separated by commas).
    pub list: bool,
    /// Whether it is taken from the environment alone, because a file is copied and shown.
    pub secret: bool,
    /// What fits, to be said when something else was given.
    pub expects: &'static str,
    /// Puts the value in its place; `None` when it does not fit.
    pub put: fn(&mut Config, &[String]) -> Option<()>,
}

impl Setting {
    /// The environment variable that overrides it.
    pub fn variable(&self) -> String {
        format!("GATEHOUSE_{}_{}", self.table, self.key)
            .replace('-', "_")
            .to_uppercase()
    }
}

const PLAIN: Setting = Setting {
    table: "",
    key: "",
    short: None,
    list: false,
    secret: false,
    expects: "",
    put: |_, _| None,
};

/// All of them, in the order in which they are put in place.
pub static SETTINGS: [Setting; 48] = [
    Setting {
        table: "server",
        key: "listen",
        short: Some("GATEHOUSE_LISTEN"),
        expects: "an address with a port, such as 127.0.0.1:3000 or [::]:443,",
        put: |config, words| {
            config.listen = one(words)?.parse().ok()?;
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "server",
        key: "data",
        short: Some("GATEHOUSE_DATA"),
        expects: "a folder",
        put: |config, words| {
            config.data = path(words)?;
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "server",
        key: "site",
        short: Some("GATEHOUSE_SITE"),
        expects: "the folder of the browser's files",
        put: |config, words| {
            config.leptos.site_root = path(words)?.to_string_lossy().into_owned().into();
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "server",
        key: "certificate",
        expects: "the path of a PEM file with the certificate chain",
        put: |config, words| {
            let chain = path(words)?;
            config.certificate.get_or_insert_default().0 = chain;
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "server",
        key: "certificate-key",
        expects: "the path of a PEM file with the certificate's private key",
        put: |config, words| {
            let key = path(words)?;
            config.certificate.get_or_insert_default().1 = key;
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "server",
        key: "public-port",
        expects: "a port, 1 to 65535,",
        put: |config, words| {
            config.public_port = Some(one(words)?.parse().ok().filter(|port| *port > 0)?);
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "server",
        key: "place",
        expects: "the name of a place, such as London, of at most 60 characters,",
        put: |config, words| {
            let given = one(words)?;
            (given.chars().count() <= 60).then(|| given.clone_into(&mut config.place))
        },
        ..PLAIN
    },
    Setting {
        table: "database",
        key: "kind",
        expects: "sqlite or postgres",
        put: |config, words| {
            config.database = match one(words)? {
                "sqlite" => Database::Sqlite,
                "postgres" => Database::Postgres {
                    url: String::new(),
                    prefix: "gatehouse".to_owned(),
                },
                _ => return None,
            };
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "database",
        key: "url",
        secret: true,
        expects: "postgres://user:password@host/database, in the environment and with kind postgres,",
        put: |config, words| match &mut config.database {
            Database::Postgres { url, .. } => {
                let given = one(words)?;
                *url = given.starts_with("postgres").then(|| given.to_owned())?;
                Some(())
            }
            Database::Sqlite => None,
        },
        ..PLAIN
    },
    Setting {
        table: "database",
        key: "prefix",
        expects: "up to 20 lower-case letters, digits and underscores, beginning with a letter,",
        put: |config, words| {
            let given = one(words)?;
            let fits = given.len() <= 20
                && given.starts_with(|c: char| c.is_ascii_lowercase())
                && given.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'));
            if let (true, Database::Postgres { prefix, .. }) = (fits, &mut config.database) {
                given.clone_into(prefix);
            }
            fits.then_some(())
        },
        ..PLAIN
    },
    Setting {
        table: "keys",
        key: "file",
        expects: "the path of the root key's file",
        put: |config, words| {
            config.root = RootSource::File(path(words)?);
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "keys",
        key: "command",
        expects: "a command that prints the root key",
        put: |config, words| {
            config.root = RootSource::Command(one(words)?.to_owned());
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "keys",
        key: "root",
        secret: true,
        expects: "the root key, 64 hexadecimal digits, in the environment",
        put: |config, words| {
            config.root = RootSource::Environment(one(words)?.to_owned());
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "stores",
        key: "folder",
        expects: "a folder",
        put: |config, words| {
            config.stores.folder = path(words)?;
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "stores",
        key: "region",
        expects: "1 to 32 of a-z, 0-9 and -, such as uk,",
        put: |config, words| {
            let given = one(words).filter(|word| stores::is_region(word))?;
            given.clone_into(&mut config.stores.region);
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "stores",
        key: "use",
        expects: "disk, s3 or azure",
        put: |config, words| {
            let given = one(words).filter(|word| stores::NAMES.contains(word))?;
            given.clone_into(&mut config.stores.usual);
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "stores",
        key: "firms",
        list: true,
        expects: "hosts with a store, such as portal.example=s3,",
        put: |config, words| {
            config.stores.firms = stores::pairs(words, |word| stores::NAMES.contains(&word))?;
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "stores",
        key: "residency",
        list: true,
        expects: "hosts with a region, such as portal.example=uk,",
        put: |config, words| {
            config.stores.residency = stores::pairs(words, stores::is_region)?;
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "s3",
        key: "endpoint",
        expects: "an address that begins with https://, or with http:// on this machine,",
        put: |config, words| {
            let given = one(words).filter(|word| is_web(word))?;
            given.clone_into(&mut config.stores.bucket().0.endpoint);
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "s3",
        key: "bucket",
        expects: "a bucket’s name",
        put: |config, words| {
            one(words)?.clone_into(&mut config.stores.bucket().0.bucket);
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "s3",
        key: "region",
        expects: "1 to 32 of a-z, 0-9 and -, such as uk,",
        put: |config, words| {
            let given = one(words).filter(|word| stores::is_region(word))?;
            given.clone_into(&mut config.stores.bucket().1);
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "s3",
        key: "signed-region",
        expects: "the server’s own name of the region, such as eu-west-2,",
        put: |config, words| {
            one(words)?.clone_into(&mut config.stores.bucket().0.signed_region);
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "s3",
        key: "prefix",
        expects: "a folder within the bucket",
        put: |config, words| {
            one(words)?.clone_into(&mut config.stores.bucket().0.prefix);
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "s3",
        key: "key-id",
        expects: "the id of an access key",
        put: |config, words| {
            one(words)?.clone_into(&mut config.stores.bucket().0.key_id);
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "s3",
        key: "secret",
        secret: true,
        expects: "the access key’s secret, in the environment,",
        put: |config, words| {
            one(words)?.clone_into(&mut config.stores.bucket().0.secret);
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "azure",
        key: "endpoint",
        expects: "an address that begins with https://, or with http:// on this machine,",
        put: |config, words| {
            let given = one(words).filter(|word| is_web(word))?;
            given.clone_into(&mut config.stores.container().0.endpoint);
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "azure",
        key: "container",
        expects: "a container’s name",
        put: |config, words| {
            one(words)?.clone_into(&mut config.stores.container().0.container);
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "azure",
        key: "region",
        expects: "1 to 32 of a-z, 0-9 and -, such as uk,",
        put: |config, words| {
            let given = one(words).filter(|word| stores::is_region(word))?;
            given.clone_into(&mut config.stores.container().1);
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "azure",
        key: "prefix",
        expects: "a folder within the container",
        put: |config, words| {
            one(words)?.clone_into(&mut config.stores.container().0.prefix);
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "azure",
        key: "account",
        expects: "the storage account’s name",
        put: |config, words| {
            one(words)?.clone_into(&mut config.stores.container().0.account);
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "azure",
        key: "key",
        secret: true,
        expects: "one of the account’s keys, in the environment,",
        put: |config, words| {
            one(words)?.clone_into(&mut config.stores.container().0.key);
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "proxy",
        key: "trusted",
        list: true,
        expects: "a list of address ranges, such as [\"127.0.0.1/32\", \"10.0.0.0/8\"],",
        put: |config, words| {
            config.proxies = words.iter().map(|word| word.parse().ok()).collect::<Option<_>>()?;
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "mail",
        key: "host",
        expects: "the name of a mail server, such as smtp.provider.example,",
        put: |config, words| {
            config.mail.host = host(words)?;
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "mail",
        key: "port",
        expects: "a port, 1 to 65535,",
        put: |config, words| {
            config.mail.port = Some(one(words)?.parse().ok().filter(|port| *port > 0)?);
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "mail",
        key: "security",
        expects: "tls, starttls or none",
        put: |config, words| {
            config.mail.security = Some(match one(words)? {
                "tls" => Security::Tls,
                "starttls" => Security::StartTls,
                "none" => Security::None,
                _ => return None,
            });
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "mail",
        key: "user",
        expects: "the name with which the portal signs in at the mail server",
        put: |config, words| {
            one(words)?.clone_into(&mut config.mail.user);
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "mail",
        key: "password",
        secret: true,
        expects: "its password, in the environment,",
        put: |config, words| {
            one(words)?.clone_into(&mut config.mail.password);
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "mail",
        key: "password-file",
        expects: "the path of a file with the password",
        put: |config, words| {
            config.mail.password_file = Some(path(words)?);
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "mail",
        key: "authority",
        expects: "the path of a PEM file with a certificate",
        put: |config, words| {
            config.mail.authority = Some(path(words)?);
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "mail",
        key: "sender",
        expects: "a mail address, such as no-reply@portal.example,",
        put: |config, words| {
            config.mail.sender = Some(domain::text::address(one(words)?).ok()?);
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "texts",
        key: "url",
        expects: "an address that begins with https://",
        put: |config, words| {
            one(words)?.clone_into(&mut config.texts.url);
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "texts",
        key: "account",
        expects: "the account’s name at the gateway, letters and digits,",
        put: |config, words| {
            let given = one(words)?;
            let fits = given
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
            fits.then(|| given.clone_into(&mut config.texts.account))
        },
        ..PLAIN
    },
    Setting {
        table: "texts",
        key: "token",
        secret: true,
        expects: "the account’s secret, in the environment,",
        put: |config, words| {
            one(words)?.clone_into(&mut config.texts.token);
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "texts",
        key: "token-file",
        expects: "the path of a file with the account’s secret",
        put: |config, words| {
            config.texts.token_file = Some(path(words)?);
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "texts",
        key: "from",
        expects: "a number such as +441632960147, or a name of up to 11 letters,",
        put: |config, words| {
            one(words)?.clone_into(&mut config.texts.from);
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "scanner",
        key: "address",
        expects: "unix: and an absolute path, or a host with a port, such as 127.0.0.1:3310,",
        put: |config, words| {
            config.scanner = Some(Address::parse(one(words)?)?);
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "log",
        key: "filter",
        expects: "levels, such as info or info,firm=debug,",
        put: |config, words| {
            let given = one(words)?;
            given.parse::<tracing_subscriber::filter::EnvFilter>().ok()?;
            given.clone_into(&mut config.log_filter);
            Some(())
        },
        ..PLAIN
    },
    Setting {
        table: "log",
        key: "format",
        expects: "text or json",
        put: |config, words| {
            config.log_json = match one(words)? {
                "text" => false,
                "json" => true,
                _ => return None,
            };
            Some(())
        },
        ..PLAIN
    },
];

fn one(words: &[String]) -> Option<&str> {
    match words {
        [word] if !word.is_empty() => Some(word),
        _ => None,
    }
}

/// Whether an address is encrypted on its way, or does not leave this machine.
fn is_web(word: &str) -> bool {
    word.starts_with("https://")
        || ["http://127.0.0.1:", "http://[::1]:", "http://localhost:"]
            .iter()
            .any(|here| word.starts_with(here))
}

fn path(words: &[String]) -> Option<PathBuf> {
    one(words).map(PathBuf::from)
}

/// A host's name or address, as it stands in a certificate.
fn host(words: &[String]) -> Option<String> {
    let given = one(words)?;
    let fits = given.len() <= 253
        && given
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':'));
    fits.then(|| given.to_owned())
}
