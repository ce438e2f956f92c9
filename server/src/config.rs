//! What the running server reads: `Leptos.toml`, overridden by the environment.
//!
//! Leptos's own table is read by Leptos (overridden by `LEPTOS_*`). Every other table is ours: each key stands in
//! [`settings`], is overridden by `GATEHOUSE_<TABLE>_<KEY>`, and an unknown key or a bad value stops the start with a
//! sentence that names it.

pub mod post;
pub mod settings;
pub mod stores;

use ipnet::IpNet;
use leptos::config::{LeptosOptions, get_configuration};
use settings::{SETTINGS, Setting};
use std::{
    collections::BTreeMap,
    fmt,
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// Variables of ours that are no settings: folders that the build scripts share.
const NOT_SETTINGS: [&str; 1] = ["GATEHOUSE_TOOLS"];
/// What the suites set for themselves.
const OF_TESTS: &str = "GATEHOUSE_TEST_";

/// Everything that an operator decides.
#[derive(Clone)]
pub struct Config {
    /// Leptos's own options: names and places of the browser's files.
    pub leptos: LeptosOptions,
    /// Where to listen.
    pub listen: SocketAddr,
    /// The folder of databases and, unless set apart, of stored objects.
    pub data: PathBuf,
    /// Certificate chain and private key, both PEM.
    pub certificate: Option<(PathBuf, PathBuf)>,
    /// The port in mailed links, where it is not the scheme's own.
    pub public_port: Option<u16>,
    /// The place that pages name as where everything is kept; empty to name none.
    pub place: String,
    /// Which engine holds the rows.
    pub database: Database,
    /// Where the root key comes from.
    pub root: RootSource,
    /// Where files rest.
    pub stores: stores::StoreSettings,
    /// Ranges of proxies whose forwarding headers count.
    pub proxies: Vec<IpNet>,
    /// How mail leaves.
    pub mail: post::Mail,
    /// How text messages leave.
    pub texts: post::Texts,
    /// Where clamd listens, if files are scanned.
    pub scanner: Option<firm::scan::Address>,
    /// What to log, in the notation of `tracing-subscriber`'s filters.
    pub log_filter: String,
    /// Whether each log line is a JSON object.
    pub log_json: bool,
}

/// Which engine holds the rows.
#[derive(Clone, PartialEq, Eq)]
pub enum Database {
    /// One SQLCipher file a firm, in the data folder.
    Sqlite,
    /// One database a firm on a PostgreSQL server.
    Postgres {
        /// Address and credentials of the server's maintenance database; never logged.
        url: String,
        /// What the names of our databases begin with.
        prefix: String,
    },
}

/// Where the root key comes from.
#[derive(Clone, PartialEq, Eq)]
pub enum RootSource {
    /// A file with mode 0600, created at first start.
    File(PathBuf),
    /// The value of the environment variable; never logged.
    Environment(String),
    /// A command that prints it.
    Command(String),
}

/// Why the server does not start.
#[derive(Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The file cannot be read.
    File(String),
    /// Leptos's own table is wrong.
    Leptos(String),
    /// A key that nobody reads.
    Unknown(String),
    /// A value that does not fit its key.
    Value {
        /// As it stands in the file or the environment.
        key: String,
        /// What would fit.
        expects: &'static str,
    },
    /// Values that do not fit each other.
    Pair(String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(why) | Self::Leptos(why) | Self::Pair(why) => f.write_str(why),
            Self::Unknown(key) => write!(f, "{key} is not a setting. Leptos.toml explains those that are."),
            Self::Value { key, expects } => write!(f, "{key}: {expects} is expected."),
        }
    }
}

impl std::error::Error for Refusal {}

/// The environment as a map, so that tests can bring their own.
pub type Environment = BTreeMap<String, String>;

impl Config {
    /// Reads the file and the environment of this process.
    ///
    /// # Errors
    /// The first key that is unknown or has a value that does not fit.
    pub fn load(file: &Path) -> Result<Self, Refusal> {
        let text = std::fs::read_to_string(file)
            .map_err(|error| Refusal::File(format!("{} cannot be read: {error}.", file.display())))?;
        let leptos = get_configuration(Some(&file.to_string_lossy()))
            .map_err(|error| {
                Refusal::Leptos(format!(
                    "The table [[workspace.metadata.leptos]] of {}: {error}.",
                    file.display()
                ))
            })?
            .leptos_options;
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Self::read(&text, leptos, &environment)
    }

    /// As [`load`](Self::load), from values.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn read(text: &str, leptos: LeptosOptions, environment: &Environment) -> Result<Self, Refusal> {
        let mut config = Self {
            listen: leptos.site_addr,
            leptos,
            data: PathBuf::from("data"),
            certificate: None,
            public_port: None,
            place: String::new(),
            database: Database::Sqlite,
            root: RootSource::File(default_root_file(environment)),
            stores: stores::StoreSettings {
                region: "local".to_owned(),
                usual: "disk".to_owned(),
                ..stores::StoreSettings::default()
            },
            proxies: Vec::new(),
            mail: post::Mail::default(),
            texts: post::Texts::default(),
            scanner: None,
            log_filter: "info,sea_orm_migration=warn".to_owned(),
            log_json: false,
        };
        for (setting, key, words) in given(text, environment)? {
            (setting.put)(&mut config, &words).ok_or(Refusal::Value {
                key,
                expects: setting.expects,
            })?;
        }
        if config.stores.folder.as_os_str().is_empty() {
            config.stores.folder = config.data.join("store");
        }
        config.stores.check()?;
        config.check()
    }

    /// Whether people reach us by https: by our own TLS or a declared proxy's.
    pub fn is_secure(&self) -> bool {
        self.certificate.is_some() || !self.proxies.is_empty()
    }

    /// The port to write into links, when it is not the scheme's own.
    pub fn link_port(&self) -> Option<u16> {
        let (own, usual) = if self.certificate.is_some() {
            (self.listen.port(), 443)
        } else if self.is_secure() {
            (443, 443)
        } else {
            (self.listen.port(), 80)
        };
        Some(self.public_port.unwrap_or(own)).filter(|port| *port != usual)
    }

    fn check(self) -> Result<Self, Refusal> {
        if let Some((chain, key)) = &self.certificate {
            for (part, name) in [(chain, "certificate"), (key, "certificate-key")] {
                if part.as_os_str().is_empty() {
                    return Err(Refusal::Pair(format!(
                        "[server] certificate and certificate-key belong together, and {name} is missing."
                    )));
                }
            }
        }
        if !self.listen.ip().is_loopback() && !self.is_secure() {
            return Err(Refusal::Pair(format!(
                "[server] listen is {}, which other machines can reach, and nothing encrypts the way. Set [server] certificate and \
                 certificate-key, or declare the proxy that does it in [proxy] trusted, or listen on 127.0.0.1.",
                self.listen
            )));
        }
        if let Database::Postgres { url, .. } = &self.database
            && url.is_empty()
        {
            return Err(Refusal::Pair(
                "[database] kind is postgres, so GATEHOUSE_DATABASE_URL must say where the server is.".to_owned(),
            ));
        }
        self.mail.settings()?;
        self.texts.courier()?;
        Ok(self)
    }
}

/// A setting, the name under which it was given, and its value's words.
type Given = (&'static Setting, String, Vec<String>);

/// What was given, the file before the environment, so that the environment has the last word.
fn given(text: &str, environment: &Environment) -> Result<Vec<Given>, Refusal> {
    let tables: toml::Table = text
        .parse()
        .map_err(|error: toml::de::Error| Refusal::File(format!("Leptos.toml: {}.", error.message())))?;
    let mut found = Vec::new();
    for (table, keys) in &tables {
        if table == "workspace" {
            continue;
        }
        let toml::Value::Table(keys) = keys else {
            return Err(Refusal::Unknown(format!("The key `{table}`")));
        };
        for (key, value) in keys {
            let name = format!("[{table}] {key}");
            let setting = SETTINGS
                .iter()
                .find(|setting| setting.table == table && setting.key == key)
                .ok_or_else(|| Refusal::Unknown(name.clone()))?;
            let words = words_of(value).filter(|_| !setting.secret).ok_or(Refusal::Value {
                key: name.clone(),
                expects: setting.expects,
            })?;
            found.push((setting, name, words));
        }
    }
    for (name, value) in environment.range("GATEHOUSE_".to_owned()..) {
        if !name.starts_with("GATEHOUSE_") {
            break;
        }
        if NOT_SETTINGS.contains(&name.as_str()) || name.starts_with(OF_TESTS) {
            continue;
        }
        let setting = SETTINGS
            .iter()
            .find(|setting| setting.variable() == *name || setting.short == Some(name))
            .ok_or_else(|| Refusal::Unknown(name.clone()))?;
        let words = if setting.list {
            value
                .split(',')
                .map(|word| word.trim().to_owned())
                .filter(|word| !word.is_empty())
                .collect()
        } else {
            vec![value.clone()]
        };
        found.push((setting, name.clone(), words));
    }
    // Tables of a file come in any order, but `kind` decides what `url` belongs to.
    found.sort_by_key(|(setting, name, _)| {
        let place = SETTINGS.iter().position(|other| std::ptr::eq(other, *setting));
        (place, !name.starts_with('['))
    });
    Ok(found)
}

fn words_of(value: &toml::Value) -> Option<Vec<String>> {
    match value {
        toml::Value::String(word) => Some(vec![word.clone()]),
        toml::Value::Integer(number) => Some(vec![number.to_string()]),
        toml::Value::Boolean(truth) => Some(vec![truth.to_string()]),
        toml::Value::Array(words) => words.iter().map(|word| word.as_str().map(str::to_owned)).collect(),
        _ => None,
    }
}

/// Outside the data folder, so that a copy of the data never holds the key to it.
fn default_root_file(environment: &Environment) -> PathBuf {
    let folder = match (environment.get("XDG_CONFIG_HOME"), environment.get("HOME")) {
        (Some(config), _) if !config.is_empty() => PathBuf::from(config),
        (_, Some(home)) if !home.is_empty() => Path::new(home).join(".config"),
        _ => PathBuf::from("/etc"),
    };
    folder.join("gatehouse").join("root.key")
}

#[cfg(test)]
mod tests;
