//! One suite for every kind of store: a folder of this machine, an S3 server (moto) and Azure Blob Storage (Azurite).
#![expect(clippy::unwrap_used, reason = "a test states by `unwrap` that the value is there")]

#[path = "stores/servers.rs"]
mod servers;

use std::time::Duration;

use bytes::Bytes;
use futures::TryStreamExt as _;
use servers::Place;
use vault::message::{CHUNK, PART};
use vault::{
    FaultKind, FileKey, Label, MessageContext, ObjectName, PartFault, PartReader, PartWriter, SealedPart, SecureRandom,
    Store,
};

const FIRM: [u8; 16] = [0xF1; 16];
const OTHER: [u8; 16] = [0xF2; 16];

fn place(number: u32) -> MessageContext {
    MessageContext {
        label: Label::Part,
        firm: FIRM,
        file: [2; 16],
        version: 1,
        number,
    }
}

fn plain(length: usize) -> Vec<u8> {
    (0..length).map(|at| u8::try_from(at * 7 % 251).unwrap()).collect()
}

async fn sealed(store: &Store, key: &FileKey, number: u32, plain: &[u8], random: &SecureRandom) -> SealedPart {
    let mut writer = PartWriter::begin(store, key, &place(number), random).await.unwrap();
    for piece in plain.chunks(100_003) {
        writer.push(piece).await.unwrap();
    }
    writer.finish().await.unwrap()
}

async fn read(store: &Store, part: &SealedPart, key: &FileKey, number: u32, range: std::ops::Range<u64>) -> Vec<u8> {
    let reader = PartReader::open(store, part, key, &place(number)).await.unwrap();
    let pieces: Vec<Bytes> = reader.read(range).try_collect().await.unwrap();
    pieces.concat()
}

async fn listed(store: &Store, firm: [u8; 16]) -> Vec<(ObjectName, u64)> {
    let found = store.list(firm).await.unwrap();
    let found = found.map_ok(|object| {
        assert!(object.modified.is_some(), "the sweep goes by it");
        (object.name, object.len)
    });
    let mut found: Vec<_> = found.try_collect().await.unwrap();
    found.sort_by_key(|(name, _)| name.id());
    found
}

/// What every store does.
async fn suite(store: &Store) {
    let random = SecureRandom::system();
    let key = FileKey::generate(&random);

    // Small objects.
    let kept = store
        .put(FIRM, Bytes::from_static(b"sealed elsewhere"), &random)
        .await
        .unwrap();
    assert_eq!(store.get(&kept, 16).await.unwrap(), "sealed elsewhere");
    assert_eq!(store.len(&kept).await.unwrap(), 16);
    assert!(store.get(&kept, 15).await.is_err(), "more than is wanted");
    let short = store.reader(&kept).await.unwrap().read(10..20).await;
    assert_eq!(short.unwrap_err().kind, FaultKind::TooShort);

    // Parts, from a byte to a full one, whole and from any place.
    for (number, length) in [(1, 1), (2, CHUNK), (3, usize::try_from(PART).unwrap())] {
        let plain = plain(length);
        let part = sealed(store, &key, number, &plain, &random).await;
        assert_eq!(read(store, &part, &key, number, 0..u64::MAX).await, plain, "{length}");
        let middle = length / 2..length.min(length / 2 + 70_000);
        let range = u64::try_from(middle.start).unwrap()..u64::try_from(middle.end).unwrap();
        assert_eq!(read(store, &part, &key, number, range).await, plain[middle], "{length}");
        // Another part's bytes in this one's place do not open.
        let swapped = SealedPart {
            object: kept,
            ..part.clone()
        };
        let opened = async {
            let reader = PartReader::open(store, &swapped, &key, &place(number)).await?;
            reader.read(0..u64::MAX).try_collect::<Vec<_>>().await
        };
        assert!(opened.await.is_err());
        store.delete(&part.object).await.unwrap();
        let gone = async {
            let reader = PartReader::open(store, &part, &key, &place(number)).await?;
            reader.read(0..u64::MAX).try_collect::<Vec<_>>().await
        };
        assert!(matches!(gone.await, Err(PartFault::Store(fault)) if fault.kind == FaultKind::NotFound));
        store.delete(&part.object).await.expect("gone is gone");
    }

    // A firm's objects and nobody else's.
    let theirs = store.put(OTHER, Bytes::from_static(b"theirs"), &random).await.unwrap();
    let second = store.put(FIRM, Bytes::from_static(b"second"), &random).await.unwrap();
    let mut expected = vec![(kept, 16), (second, 6)];
    expected.sort_by_key(|(name, _)| name.id());
    assert_eq!(listed(store, FIRM).await, expected);
    assert_eq!(listed(store, OTHER).await, [(theirs, 6)]);
    assert_eq!(listed(store, [0xF3; 16]).await, []);

    // What is given up, or dropped in the middle, is not there.
    let mut writer = store.write([0xF4; 16], &random).await.unwrap();
    writer.write(plain(300_000).into()).await.unwrap();
    writer.abort().await;
    let mut dropped = store.write([0xF4; 16], &random).await.unwrap();
    dropped.write(plain(300_000).into()).await.unwrap();
    drop(dropped);
    tokio::time::timeout(Duration::from_secs(20), async {
        while !listed(store, [0xF4; 16]).await.is_empty() {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("nothing of it stays");

    // More at once than are sent at once.
    let parts = futures::future::join_all((10..30).map(|number| {
        let (store, key, random) = (store, &key, &random);
        async move { (number, sealed(store, key, number, &plain(1_000_000), random).await) }
    }));
    for (number, part) in parts.await {
        assert_eq!(
            read(store, &part, &key, number, 999_990..1_000_000).await,
            plain(1_000_000)[999_990..]
        );
    }

    store.probe(&random).await.unwrap();
    assert!(listed(store, [0; 16]).await.is_empty(), "a probe leaves nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_does_what_a_store_does() {
    let place = Place::disk();
    suite(&place.store).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_s3_server_does_what_a_store_does() {
    let place = Place::s3().await;
    suite(&place.store).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn azure_does_what_a_store_does() {
    let place = Place::azure().await;
    suite(&place.store).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_down_is_unavailable_and_what_it_has_is_not_lost() {
    let mut place = Place::s3().await;
    let random = SecureRandom::system();
    place.store.probe(&random).await.unwrap();
    place.stop().await;
    let fault = place
        .store
        .put(FIRM, Bytes::from_static(b"lost"), &random)
        .await
        .unwrap_err();
    assert_eq!(fault.kind, FaultKind::Unavailable, "{fault}");
    assert_eq!(
        place.store.probe(&random).await.unwrap_err().kind,
        FaultKind::Unavailable
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_key_gets_nothing_and_no_error_shows_it() {
    let place = Place::azure().await;
    let stranger = place.with_another_key();
    let fault = stranger.probe(&SecureRandom::system()).await.unwrap_err();
    let chain = format!("{fault} {fault:?}");
    assert!(
        !chain.contains(servers::AZURE_KEY) && !chain.contains(&servers::another_key()),
        "{chain}"
    );
}
