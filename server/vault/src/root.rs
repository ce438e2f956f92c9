//! The root key: the one secret that lives outside the product's own data.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use zeroize::Zeroizing;

use crate::key::{self, Key};
use crate::random::SecureRandom;

/// The version of a root key that nobody has rotated yet.
pub const FIRST_VERSION: u32 = 1;

/// Bytes of a root key's file that are looked at: 64 digits, a line end, and enough more to see that it is too long.
const MOST_BYTES: u64 = 256;

/// The key above all others, and which one it is.
#[derive(Debug)]
pub struct RootKey {
    /// The secret.
    pub key: Key,
    /// Counts rotations, from [`FIRST_VERSION`].
    pub version: u32,
}

/// Why there is no root key. Each sentence says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RootKeyFault {
    /// The file can be neither read nor created.
    #[error("the root key's file {path} could not be {doing}")]
    File {
        /// The file.
        path: PathBuf,
        /// What was tried: `read` or `created`.
        doing: &'static str,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// Others than the owner may read or write the file.
    #[error(
        "the root key's file {path} has mode {mode:04o}: others may read it. Set its mode to 0600, and consider the key known"
    )]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The text is not a key. The text itself is never shown.
    #[error("the root key from {origin} is not 64 hexadecimal digits")]
    Malformed {
        /// Where it came from.
        origin: String,
    },
    /// The command did not print a key.
    #[error("the root key's command {outcome}")]
    Command {
        /// What became of it.
        outcome: String,
    },
}

impl RootKey {
    /// Reads the key from its file; creates the file, with mode 0600 and a fresh key, if there is none.
    ///
    /// The file holds 64 hexadecimal digits and a line end. It comes into being whole and durable or not at all, and
    /// two processes that start at once end up with the same key.
    ///
    /// # Errors
    ///
    /// [`RootKeyFault::Exposed`] if others may read the file, [`RootKeyFault::Malformed`] if it holds something else,
    /// [`RootKeyFault::File`] if the disk refuses.
    pub fn load_or_create(path: &Path, random: &SecureRandom) -> Result<Self, RootKeyFault> {
        match Self::load(path) {
            Err(RootKeyFault::File { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                create(path, random).map_err(|source| RootKeyFault::File {
                    path: path.into(),
                    doing: "created",
                    source,
                })?;
                Self::load(path)
            }
            loaded => loaded,
        }
    }

    /// Reads the key from its file, which must be there.
    ///
    /// # Errors
    ///
    /// As [`load_or_create`](Self::load_or_create).
    pub fn load(path: &Path) -> Result<Self, RootKeyFault> {
        let fault = |source| RootKeyFault::File {
            path: path.into(),
            doing: "read",
            source,
        };
        let file = File::open(path).map_err(fault)?;
        let mode = file.metadata().map_err(fault)?.permissions().mode() & 0o7777;
        if mode & 0o077 != 0 {
            return Err(RootKeyFault::Exposed {
                path: path.into(),
                mode,
            });
        }
        let mut text = Zeroizing::new(Vec::with_capacity(256));
        file.take(MOST_BYTES).read_to_end(&mut text).map_err(fault)?;
        Self::from_text(&text, || format!("the file {}", path.display()))
    }

    /// The key from the value of an environment variable: 64 hexadecimal digits.
    ///
    /// # Errors
    ///
    /// [`RootKeyFault::Malformed`] if the value is something else.
    pub fn from_env(value: &str) -> Result<Self, RootKeyFault> {
        Self::from_text(value.as_bytes(), || "the environment".to_owned())
    }

    /// The key that a shell command prints, such as a call to a key management service. Blocks until it has ended.
    ///
    /// # Errors
    ///
    /// [`RootKeyFault::Command`] if it fails, [`RootKeyFault::Malformed`] if it prints something else.
    pub fn from_command(command: &str) -> Result<Self, RootKeyFault> {
        let fault = |outcome: String| RootKeyFault::Command { outcome };
        let ended = Command::new("sh")
            .args(["-c", command])
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| fault(format!("could not be started: {error}")))?;
        let printed = Zeroizing::new(ended.stdout);
        if !ended.status.success() {
            return Err(fault(format!("failed: {}", ended.status)));
        }
        Self::from_text(&printed, || "the command".to_owned())
    }

    /// The same key, known to be another version than the first.
    pub fn with_version(self, version: u32) -> Self {
        Self { version, ..self }
    }

    fn from_text(text: &[u8], origin: impl Fn() -> String) -> Result<Self, RootKeyFault> {
        let bytes = key::unhex::<32>(text.trim_ascii()).ok_or_else(|| RootKeyFault::Malformed { origin: origin() })?;
        Ok(Self {
            key: Key::from_bytes(bytes),
            version: FIRST_VERSION,
        })
    }
}

/// Writes a fresh key under a name of its own, syncs it, and links it to its place, which fails if something is there.
fn create(path: &Path, random: &SecureRandom) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let unfinished = folder.join(format!(".root-key-{}", key::hex(&random.bytes::<8>())));
    let written = write_key(&unfinished, random).and_then(|()| match fs::hard_link(&unfinished, path) {
        Err(fault) if fault.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    });
    let removed = fs::remove_file(&unfinished);
    written?;
    removed?;
    File::open(folder)?.sync_all()
}

fn write_key(path: &Path, random: &SecureRandom) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    let digits = Key::generate(random).expose_hex();
    file.write_all(digits.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_start_makes_a_key_and_the_next_finds_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keys").join("root.key");
        let random = SecureRandom::seeded(1);
        let made = RootKey::load_or_create(&path, &random).expect("created");
        let found = RootKey::load_or_create(&path, &random).expect("found");
        assert_eq!(made.key.expose(), found.key.expose());
        assert_eq!(found.version, FIRST_VERSION);

        let text = fs::read_to_string(&path).expect("readable by its owner");
        assert_eq!(text, format!("{}\n", *made.key.expose_hex()));
        let bits = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o7777;
        assert_eq!(bits(&path), 0o600);
        assert_eq!(bits(path.parent().expect("a folder")), 0o700);
        assert_eq!(
            fs::read_dir(path.parent().expect("a folder")).expect("listed").count(),
            1,
            "nothing half written"
        );
    }

    #[test]
    fn starting_twice_at_once_gives_one_key() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("root.key");
        let keys: Vec<_> = std::thread::scope(|scope| {
            let start = || {
                *RootKey::load_or_create(&path, &SecureRandom::system())
                    .expect("a key")
                    .key
                    .expose()
            };
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(start)).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().expect("no panic"))
                .collect()
        });
        assert!(keys.windows(2).all(|pair| pair[0] == pair[1]));
    }

    #[test]
    fn a_key_that_others_may_read_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("root.key");
        RootKey::load_or_create(&path, &SecureRandom::seeded(1)).expect("created");
        for mode in [0o640, 0o604, 0o620, 0o644] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("ours");
            let refused = RootKey::load(&path).expect_err("exposed");
            assert!(
                matches!(refused, RootKeyFault::Exposed { mode: seen, .. } if seen == mode),
                "{refused}"
            );
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).expect("ours");
        RootKey::load(&path).expect("read-only for its owner is fine");
    }

    #[test]
    fn a_damaged_key_is_refused_and_never_replaced_or_shown() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("root.key");
        for text in [
            String::new(),
            "ab".repeat(31),
            "ab".repeat(33),
            "xy".repeat(32),
            format!("{} ab", "ab".repeat(32)),
        ] {
            fs::write(&path, &text).expect("ours");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("ours");
            let refused = RootKey::load_or_create(&path, &SecureRandom::seeded(1)).expect_err("damaged");
            assert!(matches!(refused, RootKeyFault::Malformed { .. }));
            assert!(text.is_empty() || !refused.to_string().contains(&text));
            assert_eq!(fs::read_to_string(&path).expect("still there"), text);
        }
    }

    #[test]
    fn the_environment_and_a_command_give_the_same_key() {
        let digits = "0f".repeat(32);
        let expected = [0x0f; 32];
        assert_eq!(*RootKey::from_env(&digits).expect("a key").key.expose(), expected);
        let printed = RootKey::from_command(&format!("echo ' {digits} '")).expect("a key");
        assert_eq!(*printed.with_version(4).key.expose(), expected);
        assert!(matches!(RootKey::from_env("0f"), Err(RootKeyFault::Malformed { .. })));
        assert!(matches!(
            RootKey::from_command("exit 3"),
            Err(RootKeyFault::Command { .. })
        ));
        assert!(matches!(
            RootKey::from_command("echo no"),
            Err(RootKeyFault::Malformed { .. })
        ));
    }
}
