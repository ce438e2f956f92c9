//! What was acknowledged survives a power cut: the order of the system calls says so.
//!
//! Killing a process never shows a missing sync, because the page cache lives on. So `strace` watches a child (this
//! test binary with [`ENV_FOLDER`] set), and the test reads from its trace that the file, its folder and each new
//! folder above it were synced before the acknowledgement.
#![expect(clippy::unwrap_used, reason = "a test states by `unwrap` that the value is there")]

use std::path::Path;
use std::process::Command;

use bytes::Bytes;
use vault::{FileKey, Label, MessageContext, PartFault, PartWriter, Region, SecureRandom, Store, StoreName};

const ENV_FOLDER: &str = "GATEHOUSE_TEST_TRACED_FOLDER";

/// The traced work: two parts of one firm, each followed by a mark in the folder. Run alone it traces nothing.
#[tokio::test]
async fn parts_are_written_one_after_the_other() {
    let own = tempfile::tempdir().unwrap();
    let folder = std::env::var_os(ENV_FOLDER).map_or_else(|| own.path().to_path_buf(), Into::into);
    let root = folder.join("deep").join("store");
    let store = Store::disk(StoreName::parse("main").unwrap(), Region::parse("eu").unwrap(), &root).unwrap();
    let random = SecureRandom::seeded(1);
    let key = FileKey::generate(&random);
    for number in 0..2 {
        let place = MessageContext {
            label: Label::Part,
            firm: [1; 16],
            file: [2; 16],
            version: 1,
            number,
        };
        let mut writer = PartWriter::begin(&store, &key, &place, &random).await.unwrap();
        writer.push(&vec![7; 600_000]).await.unwrap();
        writer.finish().await.unwrap();
        std::fs::write(folder.join(format!("acknowledged-{number}")), b"").unwrap();
    }
    let name = store
        .put([2; 16], Bytes::from_static(b"a small object"), &random)
        .await
        .unwrap();
    std::fs::write(folder.join("acknowledged-2"), b"").unwrap();
    assert_eq!(store.get(&name, 100).await.unwrap(), "a small object");
}

#[test]
fn file_folder_and_new_folders_are_synced_before_the_acknowledgement() {
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace");
    let traced = Command::new("strace")
        .args([
            "-f",
            "-y",
            "-s",
            "0",
            "-e",
            "trace=openat,fsync,fdatasync,write,pwrite64",
            "-o",
        ])
        .arg(&trace)
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "parts_are_written_one_after_the_other"])
        .env(ENV_FOLDER, folder.path())
        .output()
        .expect("strace is needed: run scripts/setup test");
    assert!(traced.status.success(), "{}", String::from_utf8_lossy(&traced.stderr));

    let trace = std::fs::read_to_string(&trace).unwrap();
    let root = folder.path().join("deep").join("store");
    let calls = Calls {
        lines: trace.lines().collect(),
    };
    let acknowledged: Vec<usize> = (0..3)
        .map(|number| calls.first(&format!("acknowledged-{number}\", O_WRONLY"), 0))
        .collect();

    let mut from = 0;
    let mut firms = Vec::new();
    for (number, &until) in acknowledged.iter().enumerate() {
        let object = calls.created_object(&root, from, until);
        let shard = Path::new(&object).parent().unwrap();
        let firm = shard.parent().unwrap().to_path_buf();
        let written = calls.last_write(&object, from, until);
        let file = calls.sync(Path::new(&object), written, until);
        calls.sync(shard, file, until);
        calls.sync(&firm, file, until);
        if !firms.contains(&firm) {
            calls.sync(&root, file, until);
            firms.push(firm);
        }
        assert!(number < 3);
        from = until;
    }
    assert_eq!(firms.len(), 2);
    calls.sync(folder.path(), 0, acknowledged[0]);
    calls.sync(&folder.path().join("deep"), 0, acknowledged[0]);
}

struct Calls<'a> {
    lines: Vec<&'a str>,
}

impl Calls<'_> {
    fn first(&self, needle: &str, from: usize) -> usize {
        let found = self.lines[from..].iter().position(|line| line.contains(needle));
        from + found.unwrap_or_else(|| panic!("{needle} is not in the trace"))
    }

    /// The object that was created between two lines.
    fn created_object(&self, root: &Path, from: usize, until: usize) -> String {
        let root = format!("\"{}/", root.display());
        let line = self.lines[from..until]
            .iter()
            .find(|line| line.contains(&root) && line.contains("O_CREAT"));
        let line = line.expect("an object was created");
        assert!(line.contains("O_EXCL"), "never over another object: {line}");
        line.split('"').nth(1).unwrap().to_owned()
    }

    fn last_write(&self, object: &str, from: usize, until: usize) -> usize {
        let found = self.lines[from..until]
            .iter()
            .rposition(|line| line.contains("write") && line.contains(object));
        from + found.expect("bytes were written")
    }

    /// The line on which the file or folder was synced, which lies between two lines.
    fn sync(&self, path: &Path, from: usize, until: usize) -> usize {
        let descriptor = format!("<{}>", path.display());
        let found = self.lines[from..until]
            .iter()
            .position(|line| line.contains("sync(") && line.contains(&descriptor));
        from + found.unwrap_or_else(|| panic!("{} was not synced before the acknowledgement", path.display()))
    }
}

const ENV_FAULT: &str = "GATEHOUSE_TEST_INJECTED_FAULT";

/// Where the one object of [`a_disk_that_fails_is_reported_and_leaves_nothing`] lies, by its seed.
const OBJECT: &str = "01010101010101010101010101010101/44/44855bb0b52ac10572bdd0830a16de5a";

/// The traced work under injected faults. Run alone it meets a disk that works.
#[tokio::test]
async fn a_part_meets_the_disk() {
    let own = tempfile::tempdir().unwrap();
    let folder = std::env::var_os(ENV_FOLDER).map_or_else(|| own.path().to_path_buf(), Into::into);
    let store = Store::disk(StoreName::parse("main").unwrap(), Region::parse("eu").unwrap(), &folder).unwrap();
    let random = SecureRandom::seeded(1);
    let key = FileKey::generate(&random);
    let place = MessageContext {
        label: Label::Part,
        firm: [1; 16],
        file: [2; 16],
        version: 1,
        number: 0,
    };
    let mut writer = PartWriter::begin(&store, &key, &place, &random).await.unwrap();
    let outcome = match writer.push(&vec![7; 900_000]).await {
        Ok(()) => writer.finish().await.map(|part| part.plain_len),
        Err(fault) => {
            writer.abort().await;
            Err(fault)
        }
    };
    let Ok(expected) = std::env::var(ENV_FAULT) else {
        assert_eq!(outcome.unwrap(), 900_000);
        assert!(folder.join(OBJECT).exists());
        return;
    };
    let Err(PartFault::Store(fault)) = outcome else {
        panic!("{expected} was not reported: {outcome:?}")
    };
    assert_eq!(format!("{:?}", fault.kind), expected, "{fault}");
    // The removal is a task of its own; it is done when nothing is left, and a hang here is the failure.
    while folder.join(OBJECT).exists() {
        tokio::task::yield_now().await;
    }
}

#[test]
fn a_disk_that_fails_is_reported_and_leaves_nothing() {
    for (call, path, fault, kind) in [
        ("write", OBJECT, "ENOSPC", "Full"),
        ("write", OBJECT, "EDQUOT", "Full"),
        ("write", OBJECT, "EIO", "Unavailable"),
        ("fsync", OBJECT, "EIO", "Unavailable"),
        ("fsync", OBJECT, "ENOSPC", "Full"),
        // The folder of the object, the firm's folder, and the store's own.
        ("fsync", &OBJECT[..35], "EIO", "Unavailable"),
        ("fsync", &OBJECT[..32], "EIO", "Unavailable"),
        ("fsync", "", "EIO", "Unavailable"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let watched = folder.path().join(path);
        let traced = Command::new("strace")
            .args([
                "-f",
                "-o",
                "/dev/null",
                "-e",
                &format!("inject={call}:error={fault}"),
                "-P",
            ])
            .arg(watched.components().collect::<std::path::PathBuf>())
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", "a_part_meets_the_disk"])
            .env(ENV_FOLDER, folder.path())
            .env(ENV_FAULT, kind)
            .output()
            .expect("strace is needed: run scripts/setup test");
        let said = String::from_utf8_lossy(&traced.stdout);
        assert!(
            traced.status.success() && said.contains("1 passed"),
            "{call} of {path:?} with {fault}: {said}"
        );
    }
}
