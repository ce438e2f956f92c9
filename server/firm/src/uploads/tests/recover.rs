//! Files come back without the firm's database.

use super::*;
use crate::testing::{self, Engine, HOST, OTHER_HOST};
use std::{collections::BTreeMap, fs, path::Path};
use tempfile::TempDir;

async fn named(house: &House, thread: ThreadId, name: &str, bytes: &[u8]) {
    let declared = Declared {
        name: name.to_owned(),
        length: Some(bytes.len() as u64),
        ..Declared::default()
    };
    let to = Destination::Thread(thread);
    let id = begin(&house.firm, &house.anwen(), to, &declared).await.expect("begun");
    append_bytes(house, id, 0, bytes).await.expect("appended");
    sent(house, thread, vec![id]).await;
}

/// Gives the file of this name a second version.
async fn renewed(house: &House, thread: ThreadId, name: &str, bytes: &[u8]) {
    let (firm, anwen) = (&house.firm, house.anwen());
    let view = threads::open(firm, &anwen, thread, None).await.expect("the thread");
    let file = view.files.iter().find(|file| file.name == name).expect("the file").id;
    let declared = Declared {
        name: name.to_owned(),
        length: Some(bytes.len() as u64),
        ..Declared::default()
    };
    let id = begin(firm, &anwen, Destination::Version(file), &declared)
        .await
        .expect("begun");
    append_bytes(house, id, 0, bytes).await.expect("appended");
    library::renew(firm, &anwen, file, id, firm.random().id().into())
        .await
        .expect("renewed");
}

/// What a folder holds, by path.
fn read(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("within").display().to_string();
                found.insert(name, fs::read(&path).expect("a file"));
            }
        }
    }
    found
}

on_both_engines!(
    every_file_comes_back_from_root_key_registry_and_store_alone,
    |house| async move {
        let thread = thread(&house).await;
        let part = usize::try_from(PART).expect("fits");
        let (long, short) = (content(part + 70_001), content(5));
        named(&house, thread, "Statement.pdf", &long).await;
        named(&house, thread, "Statement.pdf", &short).await;
        named(&house, thread, "Überblick, 2026.csv", b"=1+1").await;
        renewed(&house, thread, "Überblick, 2026.csv", b"=2+22").await;
        let client = house.people.marlowe;
        let into = TempDir::new().expect("a folder");
        let opened;
        let registry = match house.engine {
            // The firm's database is lost, and another server opens what is left.
            Engine::Sqlite => {
                let name = format!("{}.db", house.firm.id());
                fs::remove_file(house.folder.path().join("firms").join(name)).expect("removed");
                opened = testing::open_registry(house.engine, house.folder.path(), 9)
                    .await
                    .expect("opened");
                &opened
            }
            Engine::Postgres => &house.registry,
        };
        let recovered = registry.recover(HOST, into.path()).await.expect("recovered");
        assert_eq!((recovered.files, recovered.lost.len()), (4, 0), "{recovered:?}");
        assert_eq!(recovered.bytes, (long.len() + short.len() + 4 + 5) as u64);
        let files = read(into.path());
        let of = |name: &str| files.get(&format!("{client}/{name}")).cloned().unwrap_or_default();
        let both = [of("Statement.pdf"), of("Statement (2).pdf")];
        assert!(
            both.contains(&long) && both.contains(&short),
            "two files of one name are two files"
        );
        assert_eq!(of("Überblick, 2026.csv"), b"=1+1");
        assert_eq!(of("Überblick, 2026 (version 2).csv"), b"=2+22");
        let list = String::from_utf8(files["files.csv"].clone()).expect("text");
        assert_eq!(list.lines().count(), 5);
        let mut digest = ReceiptDigest::new();
        digest.update(&long);
        assert!(list.contains(&files::hex(&digest.finish())));
        assert!(list.contains(&format!("\"{client}/Überblick, 2026.csv\",4,")));
        assert!(
            registry.recover(HOST, into.path()).await.is_err(),
            "nothing is written over"
        );
        let elsewhere = TempDir::new().expect("a folder");
        let other = registry.recover(OTHER_HOST, elsewhere.path()).await.expect("recovered");
        assert_eq!(other.files, 0, "another firm's files are not this one's");
        assert!(registry.recover("nobody.example", elsewhere.path()).await.is_err());
    }
);

on_both_engines!(a_changed_object_is_named_and_the_others_come_back, |house| async move {
    let thread = thread(&house).await;
    let (long, short) = (content(300_000), content(500));
    named(&house, thread, "Long.pdf", &long).await;
    named(&house, thread, "Short.pdf", &short).await;
    let largest = objects(&house)
        .into_iter()
        .max_by_key(|path| fs::metadata(path).map_or(0, |of| of.len()))
        .expect("one");
    let mut stored = fs::read(&largest).expect("stored");
    stored[20_000] ^= 1;
    fs::write(&largest, stored).expect("flipped");
    let into = TempDir::new().expect("a folder");
    let recovered = house.registry.recover(HOST, into.path()).await.expect("recovered");
    assert_eq!((recovered.files, recovered.lost.len()), (1, 1));
    let files = read(into.path());
    let whole: Vec<_> = files
        .keys()
        .filter(|name| name.contains(".pdf") && !name.contains(".partial"))
        .collect();
    assert_eq!(
        whole,
        [&format!("{}/Short.pdf", house.people.marlowe)],
        "nothing changed looks whole"
    );
});
