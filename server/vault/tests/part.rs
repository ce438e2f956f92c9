//! Parts of files through a store on disk: what goes in comes out, from any place, or nothing does.
#![expect(clippy::unwrap_used, reason = "a test states by `unwrap` that the value is there")]

use std::path::{Path, PathBuf};

use bytes::Bytes;
use futures::TryStreamExt as _;
use vault::message::{CHUNK, HEADER, PART, SEALED_CHUNK, sealed_len};
use vault::{
    FaultKind, FileKey, Label, MessageContext, ObjectName, Opening, PartFault, PartReader, PartWriter, Region,
    SealedPart, SecureRandom, Store, StoreName,
};

const PLACE: MessageContext = MessageContext {
    label: Label::Part,
    firm: [0xF1; 16],
    file: [2; 16],
    version: 1,
    number: 0,
};

/// A store in a folder of its own, and a file key.
struct Bench {
    folder: tempfile::TempDir,
    store: Store,
    key: FileKey,
    random: SecureRandom,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let name = StoreName::parse("main").unwrap();
        let store = Store::disk(name, Region::parse("eu").unwrap(), folder.path()).unwrap();
        let random = SecureRandom::seeded(1);
        Self {
            folder,
            store,
            key: FileKey::generate(&random),
            random,
        }
    }

    async fn seal(&self, plain: &[u8]) -> SealedPart {
        let mut writer = self.begin().await;
        // Pieces of a size that meets no border of the format.
        for piece in plain.chunks(100_003) {
            writer.push(piece).await.unwrap();
        }
        writer.finish().await.unwrap()
    }

    async fn begin(&self) -> PartWriter {
        PartWriter::begin(&self.store, &self.key, &PLACE, &self.random)
            .await
            .unwrap()
    }

    async fn read(&self, part: &SealedPart, range: std::ops::Range<u64>) -> Result<Vec<u8>, PartFault> {
        let reader = PartReader::open(&self.store, part, &self.key, &PLACE).await?;
        let pieces: Vec<Bytes> = reader.read(range).try_collect().await?;
        Ok(pieces.concat())
    }

    async fn read_whole(&self, part: &SealedPart) -> Result<Vec<u8>, PartFault> {
        self.read(part, 0..part.plain_len).await
    }

    fn path(&self, part: &SealedPart) -> PathBuf {
        let hex = |bytes: [u8; 16]| format!("{:032x}", u128::from_be_bytes(bytes));
        let id = hex(part.object.id());
        self.folder.path().join(hex(part.object.firm())).join(&id[..2]).join(id)
    }

    fn objects(&self) -> usize {
        files_below(self.folder.path()).len()
    }
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(&path));
        } else {
            found.push(path);
        }
    }
    found
}

fn plain(length: usize) -> Vec<u8> {
    (0..length).map(|i| u8::try_from(i * 7 % 251).unwrap()).collect()
}

fn opening(read: Result<Vec<u8>, PartFault>) -> Opening {
    match read {
        Err(PartFault::Opening(opening)) => opening,
        other => panic!("expected an opening fault, got {:?}", other.map(|bytes| bytes.len())),
    }
}

#[tokio::test]
async fn parts_of_every_length_return_as_they_were() {
    let bench = Bench::new();
    let part_len = usize::try_from(PART).unwrap();
    let batch = 16 * CHUNK;
    for length in [
        0,
        1,
        CHUNK - 1,
        CHUNK,
        CHUNK + 1,
        batch - 1,
        batch,
        batch + 1,
        part_len - 1,
        part_len,
    ] {
        let plain = plain(length);
        let part = bench.seal(&plain).await;
        assert_eq!(part.plain_len, length as u64);
        assert_eq!(
            bench.store.len(&part.object).await.unwrap(),
            sealed_len(length as u64),
            "{length}"
        );
        assert!(bench.read_whole(&part).await.unwrap() == plain, "{length}");
    }
}

#[tokio::test]
async fn the_size_of_the_pieces_leaves_no_trace() {
    let bench = Bench::new();
    let plain = plain(20_000);
    let mut writer = bench.begin().await;
    for byte in &plain {
        writer.push(std::slice::from_ref(byte)).await.unwrap();
    }
    writer.push(&[]).await.unwrap();
    let part = writer.finish().await.unwrap();
    assert!(bench.read_whole(&part).await.unwrap() == plain);
}

#[tokio::test]
async fn a_part_holds_eight_mebibytes_and_not_a_byte_more() {
    let bench = Bench::new();
    let mut writer = bench.begin().await;
    writer.push(&plain(usize::try_from(PART).unwrap() - 1)).await.unwrap();
    assert_eq!(writer.room(), 1);
    assert!(matches!(writer.push(&[1, 2]).await, Err(PartFault::TooLong)));
    writer.push(&[3]).await.unwrap();
    let part = writer.finish().await.unwrap();
    assert_eq!(part.plain_len, PART);
    assert_eq!(bench.read(&part, PART - 1..PART).await.unwrap(), [3]);
}

#[tokio::test]
async fn any_range_returns_its_bytes_alone() {
    let bench = Bench::new();
    let length = 40 * CHUNK + 100;
    let plain = plain(length);
    let part = bench.seal(&plain).await;
    let borders = [
        0,
        1,
        CHUNK - 1,
        CHUNK,
        CHUNK + 1,
        16 * CHUNK - 1,
        16 * CHUNK,
        17 * CHUNK + 3,
        40 * CHUNK,
        length,
    ];
    for start in borders {
        for end in borders {
            let read = bench.read(&part, start as u64..end as u64).await.unwrap();
            assert!(read == plain[start..end.max(start)], "{start}..{end}");
        }
    }
    assert!(
        bench.read(&part, 5..u64::MAX).await.unwrap() == plain[5..],
        "a range beyond the end is cut off"
    );
    assert!(bench.read(&part, u64::MAX - 1..u64::MAX).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_range_fetches_only_the_chunks_that_it_touches() {
    let bench = Bench::new();
    let plain = plain(40 * CHUNK);
    let part = bench.seal(&plain).await;
    // Everything but chunk 20 is damaged, and a range within chunk 20 does not notice.
    let path = bench.path(&part);
    let mut bytes = std::fs::read(&path).unwrap();
    let chunk = HEADER + 20 * SEALED_CHUNK..HEADER + 21 * SEALED_CHUNK;
    for (at, byte) in bytes.iter_mut().enumerate() {
        if !chunk.contains(&at) {
            *byte ^= 0xFF;
        }
    }
    std::fs::write(&path, bytes).unwrap();
    let (start, end) = (20 * CHUNK, 21 * CHUNK);
    assert!(bench.read(&part, start as u64..end as u64).await.unwrap() == plain[start..end]);
    assert_eq!(
        opening(bench.read(&part, start as u64 - 1..end as u64).await),
        Opening::Tampered
    );
    assert_eq!(
        opening(bench.read(&part, start as u64..end as u64 + 1).await),
        Opening::Tampered
    );
    assert_eq!(opening(bench.read(&part, 0..1).await), Opening::Tampered, "the header");
}

#[tokio::test]
async fn a_flipped_bit_anywhere_in_the_object_is_an_error_and_never_a_wrong_byte() {
    let bench = Bench::new();
    let plain = plain(20 * CHUNK + 10);
    let part = bench.seal(&plain).await;
    let path = bench.path(&part);
    let good = std::fs::read(&path).unwrap();
    let ends = [
        0,
        23,
        24,
        55,
        56,
        HEADER + CHUNK,
        HEADER + CHUNK + 15,
        HEADER + SEALED_CHUNK,
        good.len() - 1,
    ];
    for at in ends.into_iter().chain((0..good.len()).step_by(9_973)) {
        let mut bad = good.clone();
        bad[at] ^= 1 << (at % 8);
        std::fs::write(&path, &bad).unwrap();
        let reader = PartReader::open(&bench.store, &part, &bench.key, &PLACE).await.unwrap();
        let mut pieces = reader.read(0..part.plain_len);
        let mut released = Vec::new();
        let fault = loop {
            match pieces.try_next().await {
                Ok(Some(piece)) => released.extend_from_slice(&piece),
                Ok(None) => panic!("byte {at} was not missed"),
                Err(fault) => break fault,
            }
        };
        assert!(
            matches!(fault, PartFault::Opening(Opening::Tampered)),
            "byte {at}: {fault}"
        );
        assert!(plain.starts_with(&released), "byte {at}: what was released is right");
    }
}

#[tokio::test]
async fn a_cut_object_is_an_error_wherever_it_was_cut() {
    let bench = Bench::new();
    let plain = plain(3 * CHUNK);
    let part = bench.seal(&plain).await;
    let path = bench.path(&part);
    let good = std::fs::read(&path).unwrap();
    let border = |chunks: usize| HEADER + chunks * SEALED_CHUNK;
    for length in [
        0,
        10,
        HEADER,
        border(1),
        border(2) - 1,
        border(2),
        border(3) - 1,
        border(3),
        good.len() - 1,
    ] {
        std::fs::write(&path, &good[..length]).unwrap();
        assert_eq!(
            opening(bench.read_whole(&part).await),
            Opening::Truncated,
            "cut to {length}"
        );
    }
    // The row says one chunk less than there is: the end that it names is no end.
    std::fs::write(&path, &good).unwrap();
    for shorter in [2 * CHUNK as u64, 2 * CHUNK as u64 + 5, 1] {
        let lied = SealedPart {
            plain_len: shorter,
            ..part.clone()
        };
        assert_eq!(
            opening(bench.read_whole(&lied).await),
            Opening::Tampered,
            "said to be {shorter}"
        );
    }
}

#[tokio::test]
async fn an_older_object_of_the_same_part_is_refused() {
    let bench = Bench::new();
    let (old, new) = (bench.seal(&plain(3 * CHUNK)).await, bench.seal(&plain(3 * CHUNK)).await);
    std::fs::copy(bench.path(&old), bench.path(&new)).unwrap();
    assert_eq!(opening(bench.read_whole(&new).await), Opening::Tampered);
    assert_eq!(
        opening(bench.read(&new, CHUNK as u64..CHUNK as u64 + 1).await),
        Opening::Tampered,
        "in the middle"
    );

    let mixed = SealedPart { salt: old.salt, ..new };
    assert_eq!(
        opening(bench.read_whole(&mixed).await),
        Opening::Tampered,
        "the row's salt and commitment disagree"
    );
}

#[tokio::test]
async fn a_part_that_was_moved_does_not_open() {
    let bench = Bench::new();
    let part = bench.seal(b"moved").await;
    for elsewhere in [
        MessageContext {
            label: Label::Tail,
            ..PLACE
        },
        MessageContext { firm: [9; 16], ..PLACE },
        MessageContext { file: [9; 16], ..PLACE },
        MessageContext { version: 9, ..PLACE },
        MessageContext { number: 9, ..PLACE },
    ] {
        let opened = PartReader::open(&bench.store, &part, &bench.key, &elsewhere).await;
        assert!(
            matches!(opened.err(), Some(PartFault::Opening(Opening::Tampered))),
            "{elsewhere:?}"
        );
    }
}

#[tokio::test]
async fn a_missing_object_is_said_to_be_missing() {
    let bench = Bench::new();
    let part = bench.seal(b"gone").await;
    bench.store.delete(&part.object).await.unwrap();
    bench.store.delete(&part.object).await.expect("deleting twice is fine");
    match bench.read_whole(&part).await {
        Err(PartFault::Store(fault)) => assert_eq!(fault.kind, FaultKind::NotFound),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_absurd_length_in_a_row_is_refused() {
    let bench = Bench::new();
    let part = SealedPart {
        plain_len: u64::MAX,
        ..bench.seal(b"short").await
    };
    assert_eq!(opening(bench.read_whole(&part).await), Opening::Malformed);
}

#[tokio::test]
async fn an_abandoned_part_leaves_no_object() {
    let bench = Bench::new();
    let mut aborted = bench.begin().await;
    aborted.push(&plain(40 * CHUNK)).await.unwrap();
    assert_eq!(bench.objects(), 1);
    aborted.abort().await;
    assert_eq!(bench.objects(), 0);

    let mut dropped = bench.begin().await;
    dropped.push(&plain(40 * CHUNK)).await.unwrap();
    assert_eq!(bench.objects(), 1);
    drop(dropped);
    // The removal is a task of its own; it is done when nothing is left, and a hang here is the failure.
    while bench.objects() > 0 {
        tokio::task::yield_now().await;
    }
    bench.begin().await.abort().await;
    assert_eq!(bench.objects(), 0, "a part without a byte never touched the disk");
}

#[tokio::test]
async fn a_push_that_was_dropped_midway_spoils_the_part() {
    let bench = Bench::new();
    let mut writer = bench.begin().await;
    {
        let bytes = plain(40 * CHUNK);
        let mut push = Box::pin(writer.push(&bytes));
        assert!(futures::poll!(push.as_mut()).is_pending());
    }
    assert!(matches!(writer.push(b"more").await, Err(PartFault::Interrupted)));
    assert!(matches!(writer.finish().await, Err(PartFault::Interrupted)));
}

#[tokio::test]
async fn a_part_can_be_finished_while_the_next_is_sealed() {
    let bench = Bench::new();
    let mut first = bench.begin().await;
    first.push(b"one").await.unwrap();
    let first = tokio::spawn(first.finish());
    let second = bench.seal(b"two").await;
    let first = first.await.unwrap().unwrap();
    assert_eq!(bench.read_whole(&first).await.unwrap(), b"one");
    assert_eq!(bench.read_whole(&second).await.unwrap(), b"two");
}

#[tokio::test]
async fn no_plaintext_rests_in_the_store() {
    const PLANTED: &[u8] = b"planted: the salary of Ms Example is 4,711";
    let bench = Bench::new();
    let mut page = plain(30_000);
    page[100..100 + PLANTED.len()].copy_from_slice(PLANTED);
    bench.seal(&page).await;
    assert!(!found_below(bench.folder.path(), PLANTED));

    // The search itself works: unsealed, it finds the same string.
    bench
        .store
        .put([1; 16], Bytes::copy_from_slice(&page), &bench.random)
        .await
        .unwrap();
    assert!(found_below(bench.folder.path(), PLANTED));
}

fn found_below(folder: &Path, needle: &[u8]) -> bool {
    let holds = |path: &PathBuf| {
        std::fs::read(path)
            .unwrap()
            .windows(needle.len())
            .any(|window| window == needle)
    };
    files_below(folder).iter().any(holds)
}

#[tokio::test]
async fn an_object_is_never_overwritten() {
    let bench = Bench::new();
    // Two sources of randomness with one seed want the same name.
    let (one, two) = (SecureRandom::seeded(5), SecureRandom::seeded(5));
    let name = bench
        .store
        .put([1; 16], Bytes::from_static(b"first"), &one)
        .await
        .unwrap();
    bench
        .store
        .put([1; 16], Bytes::from_static(b"second"), &two)
        .await
        .expect_err("the name is taken");
    tokio::task::yield_now().await;
    assert_eq!(
        bench.store.get(&name, 100).await.unwrap(),
        "first",
        "and the first is neither changed nor removed"
    );
}

#[tokio::test]
async fn a_listing_shows_the_firms_objects_and_nothing_foreign() {
    let bench = Bench::new();
    let mut written: Vec<ObjectName> = Vec::new();
    for number in 0..20_u8 {
        written.push(
            bench
                .store
                .put([1; 16], Bytes::from(vec![number; 10]), &bench.random)
                .await
                .unwrap(),
        );
    }
    bench
        .store
        .put([2; 16], Bytes::from_static(b"another firm"), &bench.random)
        .await
        .unwrap();
    std::fs::write(bench.folder.path().join("01".repeat(16)).join("README"), b"not ours").unwrap();

    let listed: Vec<_> = bench.store.list([1; 16]).await.unwrap().try_collect().await.unwrap();
    assert!(
        listed
            .iter()
            .all(|object| object.len == 10 && object.modified.is_some())
    );
    let mut names: Vec<_> = listed.into_iter().map(|object| object.name).collect();
    names.sort();
    written.sort();
    assert_eq!(names, written);
    assert_eq!(
        bench
            .store
            .list([3; 16])
            .await
            .unwrap()
            .try_collect::<Vec<_>>()
            .await
            .unwrap()
            .len(),
        0
    );
}

#[tokio::test]
async fn a_probe_leaves_nothing_and_a_broken_store_fails_it() {
    let bench = Bench::new();
    bench.store.probe(&bench.random).await.unwrap();
    assert_eq!(bench.objects(), 0);

    // The root folder's place is taken by a file.
    let root = bench.folder.path().join("inner");
    let name = StoreName::parse("broken").unwrap();
    let store = Store::disk(name, Region::parse("eu").unwrap(), &root).unwrap();
    std::fs::remove_dir(&root).unwrap();
    std::fs::write(&root, b"").unwrap();
    store.probe(&bench.random).await.expect_err("nowhere to write");
}

#[tokio::test]
async fn a_small_object_that_grew_is_not_read() {
    let bench = Bench::new();
    let name = bench
        .store
        .put([1; 16], Bytes::from(vec![0; 200]), &bench.random)
        .await
        .unwrap();
    bench.store.get(&name, 199).await.expect_err("larger than it may be");
    assert_eq!(bench.store.get(&name, 200).await.unwrap().len(), 200);
    let pieces: Vec<Bytes> = bench
        .store
        .read_range(&name, 10..20)
        .await
        .unwrap()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(pieces.concat().len(), 10);
    let cut = bench
        .store
        .read_range(&name, 10..201)
        .await
        .unwrap()
        .try_collect::<Vec<_>>()
        .await;
    assert_eq!(cut.expect_err("ends within the range").kind, FaultKind::TooShort);
}
