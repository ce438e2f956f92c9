//! Memory of a transfer, measured from outside: this file holds one test, so that nothing else grows the process.
#![expect(clippy::unwrap_used, reason = "a test states by `unwrap` that the value is there")]

use futures::TryStreamExt as _;
use vault::message::PART;
use vault::{FileKey, Label, MessageContext, PartReader, PartWriter, Region, SecureRandom, Store, StoreName};

/// Parts that go through, 128 MiB in all.
const PARTS: u32 = 16;

/// KiB that the peak may grow by: a few buffers of 256 KiB and the allocator's slack, and far less than one part.
const MOST_KIB: u64 = 4 * 1024;

#[tokio::test]
async fn a_transfer_takes_memory_that_does_not_depend_on_its_length() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::disk(
        StoreName::parse("main").unwrap(),
        Region::parse("eu").unwrap(),
        folder.path(),
    )
    .unwrap();
    let random = SecureRandom::system();
    let key = FileKey::generate(&random);
    let piece = vec![0x5A; 64 * 1024];

    // A short part first, so that threads and buffers exist before the measuring begins.
    transfer(&store, &key, 0, &piece, 8, &random).await;
    let before = peak_kib();
    for number in 1..=PARTS {
        transfer(&store, &key, number, &piece, PART / piece.len() as u64, &random).await;
    }
    let grown = peak_kib() - before;
    assert!(grown <= MOST_KIB, "the peak grew by {grown} KiB");
}

async fn transfer(store: &Store, key: &FileKey, number: u32, piece: &[u8], pieces: u64, random: &SecureRandom) {
    let place = MessageContext {
        label: Label::Part,
        firm: [1; 16],
        file: [2; 16],
        version: 1,
        number,
    };
    let mut writer = PartWriter::begin(store, key, &place, random).await.unwrap();
    for _ in 0..pieces {
        writer.push(piece).await.unwrap();
    }
    let part = writer.finish().await.unwrap();
    let reader = PartReader::open(store, &part, key, &place).await.unwrap();
    let mut read = 0;
    let mut stream = reader.read(0..part.plain_len);
    while let Some(bytes) = stream.try_next().await.unwrap() {
        assert!(bytes.iter().all(|&byte| byte == 0x5A));
        read += bytes.len() as u64;
    }
    assert_eq!(read, pieces * piece.len() as u64);
    store.delete(&part.object).await.unwrap();
}

/// The most memory this process ever had, from the kernel.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
