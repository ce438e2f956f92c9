//! An independent implementation of the format judges ours: each opens what the other sealed, and refuses what was
//! changed. See `judge.py`.
#![expect(clippy::unwrap_used, reason = "a test states by `unwrap` that the value is there")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use vault::message::{CHUNK, HEADER, PART, SEALED_CHUNK, open_message, seal_message};
use vault::{FileKey, Key, Label, MessageContext, SecureRandom};

/// A folder of cases, and what the judge says to them.
struct Court {
    folder: tempfile::TempDir,
    cases: Vec<serde_json::Value>,
}

impl Court {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            cases: Vec::new(),
        }
    }

    fn bring(&mut self, name: &str, verb: &str, key: &Key, place: &MessageContext, input: &[u8]) {
        fs::write(self.folder.path().join(format!("{name}.in")), input).unwrap();
        self.cases.push(serde_json::json!({
            "name": name,
            "verb": verb,
            "key": *key.expose_hex(),
            "context": hex(&place.bytes()),
            "input": format!("{name}.in"),
            "output": format!("{name}.out"),
        }));
    }

    fn judge(&self) -> BTreeMap<String, String> {
        let folder = self.folder.path();
        fs::write(folder.join("cases.json"), serde_json::to_vec(&self.cases).unwrap()).unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/judge.py");
        let judged = Command::new(python()).arg(script).arg(folder).output().unwrap();
        assert!(judged.status.success(), "{}", String::from_utf8_lossy(&judged.stderr));
        serde_json::from_slice(&fs::read(folder.join("verdicts.json")).unwrap()).unwrap()
    }

    fn output(&self, name: &str) -> Vec<u8> {
        fs::read(self.folder.path().join(format!("{name}.out"))).unwrap()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

fn python() -> PathBuf {
    let tools = std::env::var_os("GATEHOUSE_TOOLS").map(PathBuf::from);
    let tools =
        tools.unwrap_or_else(|| PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cache/gatehouse/tools"));
    let python = tools.join("python/bin/python");
    assert!(
        python.exists(),
        "the judge is missing at {}: run scripts/setup",
        python.display()
    );
    python
}

/// Lengths on both sides of every border, then random ones, each with a place and key of its own.
fn lengths(random: &SecureRandom) -> Vec<usize> {
    let part = usize::try_from(PART).unwrap();
    let borders = [
        0,
        1,
        15,
        16,
        17,
        CHUNK - 1,
        CHUNK,
        CHUNK + 1,
        2 * CHUNK,
        5 * CHUNK - 1,
        part - 1,
        part,
    ];
    let some = (0..60).map(|_| usize::try_from(u32::from_be_bytes(random.bytes()) % 70_000).unwrap());
    borders.into_iter().chain(some).collect()
}

fn place(random: &SecureRandom, label: Label) -> MessageContext {
    MessageContext {
        label,
        firm: random.bytes(),
        file: random.bytes(),
        version: u32::from_be_bytes(random.bytes()),
        number: u32::from_be_bytes(random.bytes()),
    }
}

fn bytes(random: &SecureRandom, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    random.fill(&mut bytes);
    bytes
}

#[test]
fn the_judge_opens_what_we_seal() {
    let random = SecureRandom::system();
    let mut court = Court::new();
    let mut plains = Vec::new();
    for (number, length) in lengths(&random).into_iter().enumerate() {
        let label = [Label::Part, Label::Tail, Label::Manifest][number % 3];
        let (key, place, plain) = (Key::generate(&random), place(&random, label), bytes(&random, length));
        let sealed = seal_message(&FileKey::new(Key::from_bytes(*key.expose())), &place, &plain, &random);
        court.bring(&number.to_string(), "open", &key, &place, &sealed);
        plains.push(plain);
    }
    let verdicts = court.judge();
    for (number, plain) in plains.iter().enumerate() {
        let name = number.to_string();
        assert_eq!(verdicts[&name], "done", "{} bytes", plain.len());
        assert!(court.output(&name) == *plain, "{} bytes", plain.len());
    }
}

#[test]
fn we_open_what_the_judge_seals() {
    let random = SecureRandom::system();
    let mut court = Court::new();
    let mut cases = Vec::new();
    for (number, length) in lengths(&random).into_iter().enumerate() {
        let (key, place, plain) = (
            Key::generate(&random),
            place(&random, Label::Part),
            bytes(&random, length),
        );
        court.bring(&number.to_string(), "seal", &key, &place, &plain);
        cases.push((FileKey::new(key), place, plain));
    }
    let verdicts = court.judge();
    for (number, (key, place, plain)) in cases.iter().enumerate() {
        let name = number.to_string();
        assert_eq!(verdicts[&name], "done");
        assert!(
            *open_message(key, place, &court.output(&name)).unwrap() == *plain,
            "{} bytes",
            plain.len()
        );
    }
}

#[test]
fn both_refuse_what_was_changed() {
    let random = SecureRandom::system();
    let key = Key::generate(&random);
    let place = place(&random, Label::Part);
    let file_key = FileKey::new(Key::from_bytes(*key.expose()));
    let sealed = seal_message(&file_key, &place, &bytes(&random, 2 * CHUNK + 9), &random);

    let mut changed = Vec::new();
    for _ in 0..300 {
        let mut other = sealed.clone();
        let at = usize::try_from(u64::from_be_bytes(random.bytes()) % sealed.len() as u64).unwrap();
        other[at] ^= 1 << (random.bytes::<1>()[0] % 8);
        changed.push(other);
    }
    let borders = [
        0,
        HEADER,
        HEADER + SEALED_CHUNK,
        HEADER + 2 * SEALED_CHUNK,
        sealed.len() - 1,
    ];
    changed.extend(borders.iter().map(|&length| sealed[..length].to_vec()));
    changed.push([&sealed[..], &[0]].concat());

    let mut court = Court::new();
    for (number, other) in changed.iter().enumerate() {
        court.bring(&number.to_string(), "open", &key, &place, other);
        assert!(
            open_message(&file_key, &place, other).is_err(),
            "we opened change {number}"
        );
    }
    let elsewhere = MessageContext {
        number: place.number.wrapping_add(1),
        ..place
    };
    court.bring("moved", "open", &key, &elsewhere, &sealed);
    assert!(open_message(&file_key, &elsewhere, &sealed).is_err());
    court.bring("whole", "open", &key, &place, &sealed);

    let verdicts = court.judge();
    for (name, verdict) in &verdicts {
        assert_eq!(verdict, if name == "whole" { "done" } else { "refused" }, "{name}");
    }
    assert_eq!(verdicts.len(), changed.len() + 2);
}
