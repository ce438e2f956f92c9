//! Uploads from their first byte to the message that takes them along.

mod recover;
mod stops;

use super::*;
use crate::{
    files, library,
    messages::{self, NewMessage},
    on_both_engines, sweep,
    testing::House,
    threads::NewThread,
};
use bytes::Bytes;
use domain::{FormId, file::FileChip, library::FileQuery};
use futures::{StreamExt, TryStreamExt, stream};
use sea_orm::PaginatorTrait;
use std::{io, path::PathBuf, sync::Arc};
use vault::{KeyObject, Manifest, ReceiptDigest, message::PART};

const PLANTED: &[u8] = b"planted words that must not rest in the clear ";

fn content(length: usize) -> Vec<u8> {
    PLANTED.iter().copied().cycle().take(length).collect()
}

async fn thread(house: &House) -> ThreadId {
    let new = NewThread {
        client: house.people.marlowe,
        subject: "Papers".to_owned(),
        text: "First words".to_owned(),
        uploads: Vec::new(),
        form: FormId::from(house.firm.random.id()),
    };
    threads::start(&house.firm, &house.anwen(), &new)
        .await
        .expect("a thread")
}

async fn started(house: &House, thread: ThreadId, length: usize) -> UploadId {
    let declared = Declared {
        name: "statement.pdf".to_owned(),
        length: Some(length as u64),
        ..Declared::default()
    };
    begin(&house.firm, &house.anwen(), Destination::Thread(thread), &declared)
        .await
        .expect("begun")
}

async fn append_bytes(house: &House, id: UploadId, offset: u64, bytes: &[u8]) -> Result<u64, AppendError> {
    let pieces: Vec<io::Result<Bytes>> = bytes
        .chunks(60_000)
        .map(|piece| Ok(Bytes::copy_from_slice(piece)))
        .collect();
    append(
        Arc::clone(&house.firm),
        house.anwen(),
        id,
        Append::at(offset),
        stream::iter(pieces),
    )
    .await
}

async fn sent(house: &House, thread: ThreadId, uploads: Vec<UploadId>) -> FileChip {
    let new = NewMessage {
        text: String::new(),
        uploads,
        form: FormId::from(house.firm.random.id()),
    };
    let message = messages::post(&house.firm, &house.anwen(), thread, &new)
        .await
        .expect("posted");
    message.files.into_iter().next().expect("a file")
}

async fn downloaded(house: &House, actor: &Actor, id: FileId, range: std::ops::Range<u64>) -> io::Result<Vec<u8>> {
    let content = files::content(&house.firm, actor, id).await.expect("content");
    content.stream(range).map_ok(|bytes| bytes.to_vec()).try_concat().await
}

fn objects(house: &House) -> Vec<PathBuf> {
    fn walk(folder: &std::path::Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, found);
            } else {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&house.folder.path().join("objects"), &mut found);
    found
}

on_both_engines!(a_file_comes_back_byte_for_byte_with_its_receipt, |house| async move {
    let thread = thread(&house).await;
    let part = usize::try_from(PART).expect("fits");
    for length in [1, 16_384, part - 1, part, part + 1, 2 * part + 70_001] {
        let bytes = content(length);
        let id = started(&house, thread, length).await;
        assert_eq!(
            append_bytes(&house, id, 0, &bytes).await.expect("appended"),
            length as u64
        );
        let chip = sent(&house, thread, vec![id]).await;
        let mut digest = ReceiptDigest::new();
        digest.update(&bytes);
        let receipt = files::hex(&digest.finish());
        assert_eq!((chip.size, chip.sha256), (length as u64, receipt));
        assert!(
            downloaded(&house, &house.imogen(), chip.id, 0..length as u64)
                .await
                .expect("whole")
                == bytes
        );
        let middle = length as u64 / 2..Ord::min(length as u64 / 2 + 20_000, length as u64);
        let (from, to) = (
            usize::try_from(middle.start).expect("fits"),
            usize::try_from(middle.end).expect("fits"),
        );
        assert!(
            downloaded(&house, &house.imogen(), chip.id, middle)
                .await
                .expect("a range")
                == bytes[from..to]
        );
    }
});

on_both_engines!(
    a_cut_connection_keeps_what_came_and_goes_on_from_there,
    |house| async move {
        let thread = thread(&house).await;
        let part = usize::try_from(PART).expect("fits");
        let bytes = content(2 * part + 5);
        let id = started(&house, thread, bytes.len()).await;
        let cut: Vec<io::Result<Bytes>> = bytes[..part + 100_000]
            .chunks(50_000)
            .map(|piece| Ok(Bytes::copy_from_slice(piece)))
            .chain([Err(io::Error::from(io::ErrorKind::ConnectionReset))])
            .collect();
        let ended = append(
            Arc::clone(&house.firm),
            house.anwen(),
            id,
            Append::at(0),
            stream::iter(cut),
        )
        .await;
        assert!(
            matches!(ended, Err(AppendError::Cut { durable }) if durable == PART + 100_000),
            "{ended:?}"
        );
        let status = status(&house.firm, &house.anwen(), id).await.expect("status");
        let at = PART + 100_000;
        assert_eq!((status.offset, status.complete), (at, false));
        assert!(
            matches!(append_bytes(&house, id, 0, &bytes).await, Err(AppendError::WrongOffset { at: told }) if told == at)
        );
        append_bytes(&house, id, at, &bytes[part + 100_000..])
            .await
            .expect("the rest");
        let chip = sent(&house, thread, vec![id]).await;
        assert!(
            downloaded(&house, &house.anwen(), chip.id, 0..u64::MAX)
                .await
                .expect("whole")
                == bytes
        );
    }
);

on_both_engines!(
    an_unfinished_upload_is_not_visible_and_cannot_be_sent,
    |house| async move {
        let thread = thread(&house).await;
        let id = started(&house, thread, 100).await;
        append_bytes(&house, id, 0, &content(40)).await.expect("appended");
        let new = NewMessage {
            text: "Here".to_owned(),
            uploads: vec![id],
            form: FormId::from(house.firm.random.id()),
        };
        assert!(messages::post(&house.firm, &house.anwen(), thread, &new).await.is_err());
        assert!(
            library::list(&house.firm, &house.imogen(), &FileQuery::default())
                .await
                .expect("list")
                .rows
                .is_empty()
        );
        house.advance(limits::UPLOAD_KEPT_SECONDS + 1);
        sweep::run_with(&house.firm, i64::MIN / 2000).await.expect("swept");
        house.work().await.expect("the queue runs");
        assert_eq!(upload::Entity::find().count(house.firm.db()).await.expect("count"), 0);
        assert_eq!(objects(&house), Vec::<PathBuf>::new(), "nothing is left in storage");
    }
);

on_both_engines!(
    an_upload_that_a_crash_left_without_its_seal_is_sealed_when_asked_for,
    |house| async move {
        let thread = thread(&house).await;
        let bytes = content(70_000);
        let id = started(&house, thread, bytes.len()).await;
        append_bytes(&house, id, 0, &bytes).await.expect("appended");
        // As the rows stand when the server ends after the last part and before the seal.
        let crashed = upload::ActiveModel {
            id: Set(id.uuid()),
            sha256: Set(None),
            manifest_object: Set(None),
            key_object: Set(None),
            completed_at: Set(None),
            ..Default::default()
        };
        let tx = house.firm.begin().await.expect("a transaction");
        crashed.update(tx.db()).await.expect("updated");
        tx.commit().await.expect("committed");
        let stands = standing(Arc::clone(&house.firm), house.anwen(), id)
            .await
            .expect("sealed");
        assert_eq!((stands.offset, stands.complete), (70_000, true));
        let chip = sent(&house, thread, vec![id]).await;
        let back = downloaded(&house, &house.imogen(), chip.id, 0..u64::MAX).await;
        assert!(back.expect("whole") == bytes);
    }
);

on_both_engines!(a_cancelled_upload_leaves_nothing_in_storage, |house| async move {
    let thread = thread(&house).await;
    let bytes = content(usize::try_from(PART).expect("fits") + 10);
    let id = started(&house, thread, bytes.len()).await;
    append_bytes(&house, id, 0, &bytes).await.expect("appended");
    assert!(!objects(&house).is_empty());
    cancel(&house.firm, &house.anwen(), id).await.expect("cancelled");
    house.work().await.expect("the queue runs");
    assert_eq!(objects(&house), Vec::<PathBuf>::new());
    assert!(matches!(
        status(&house.firm, &house.anwen(), id).await,
        Err(Error::Problem(Problem::NotFound))
    ));
});

on_both_engines!(somebody_elses_upload_is_as_good_as_absent, |house| async move {
    let thread = thread(&house).await;
    let id = started(&house, thread, 10).await;
    for actor in [house.priya(), house.imogen(), Actor::Visitor] {
        assert!(matches!(
            status(&house.firm, &actor, id).await,
            Err(Error::Problem(Problem::NotFound))
        ));
        assert!(cancel(&house.firm, &actor, id).await.is_err());
        let body = stream::iter([Ok::<_, io::Error>(Bytes::from_static(b"0123456789"))]);
        let answer = append(Arc::clone(&house.firm), actor, id, Append::at(0), body).await;
        assert!(matches!(
            answer,
            Err(AppendError::Error(Error::Problem(Problem::NotFound)))
        ));
    }
});

on_both_engines!(
    empty_and_oversized_files_are_refused_before_their_bytes_come,
    |house| async move {
        let thread = thread(&house).await;
        for (length, reason) in [
            (
                0,
                Reason::FileEmpty {
                    name: "a.pdf".to_owned(),
                },
            ),
            (
                limits::FILE_BYTES + 1,
                Reason::FileTooLarge {
                    name: "a.pdf".to_owned(),
                    limit: limits::FILE_BYTES,
                },
            ),
        ] {
            let declared = Declared {
                name: "../a.pdf".to_owned(),
                length: Some(length),
                ..Declared::default()
            };
            let answer = begin(&house.firm, &house.anwen(), Destination::Thread(thread), &declared).await;
            assert!(matches!(answer, Err(Error::Problem(Problem::Refused { reason: found, .. })) if found == reason));
        }
    }
);

on_both_engines!(more_bytes_than_declared_are_refused, |house| async move {
    let thread = thread(&house).await;
    let id = started(&house, thread, 10).await;
    assert!(matches!(
        append_bytes(&house, id, 0, &content(11)).await,
        Err(AppendError::TooLong)
    ));
});

on_both_engines!(
    a_flipped_byte_stops_the_download_and_never_comes_out,
    |house| async move {
        let thread = thread(&house).await;
        let bytes = content(300_000);
        let id = started(&house, thread, bytes.len()).await;
        append_bytes(&house, id, 0, &bytes).await.expect("appended");
        let chip = sent(&house, thread, vec![id]).await;
        let largest = objects(&house)
            .into_iter()
            .max_by_key(|path| std::fs::metadata(path).map_or(0, |of| of.len()))
            .expect("one");
        let mut stored = std::fs::read(&largest).expect("stored");
        let middle = stored.len() / 2;
        stored[middle] ^= 1;
        std::fs::write(&largest, stored).expect("flipped");
        let content = files::content(&house.firm, &house.imogen(), chip.id)
            .await
            .expect("content");
        let mut stream = std::pin::pin!(content.stream(0..u64::MAX));
        let mut got = Vec::new();
        let mut failed = false;
        while let Some(piece) = stream.next().await {
            match piece {
                Ok(piece) => got.extend_from_slice(&piece),
                Err(_) => failed = true,
            }
        }
        assert!(failed && got.len() < bytes.len());
        assert!(bytes.starts_with(&got), "what came out was right");
    }
);

on_both_engines!(
    nothing_rests_in_the_clear_and_the_search_finds_what_does,
    |house| async move {
        let thread = thread(&house).await;
        let bytes = content(200_000);
        let id = started(&house, thread, bytes.len()).await;
        append_bytes(&house, id, 0, &bytes).await.expect("appended");
        let new = NewMessage {
            text: "planted words in a message".to_owned(),
            uploads: vec![id],
            form: FormId::from(house.firm.random.id()),
        };
        messages::post(&house.firm, &house.anwen(), thread, &new)
            .await
            .expect("posted");
        let found = |folder: &std::path::Path| {
            let mut hits = Vec::new();
            let mut open = vec![folder.to_owned()];
            while let Some(folder) = open.pop() {
                for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
                    let path = entry.path();
                    if path.is_dir() {
                        open.push(path);
                    } else if std::fs::read(&path)
                        .expect("a file")
                        .windows(13)
                        .any(|window| window == b"planted words")
                    {
                        hits.push(path);
                    }
                }
            }
            hits
        };
        assert_eq!(found(house.folder.path()), Vec::<PathBuf>::new());
        // The positive control: the same search finds the same words where sealing was left out.
        std::fs::write(house.folder.path().join("objects").join("control"), &bytes).expect("a control");
        assert_eq!(found(house.folder.path()).len(), 1);
    }
);

on_both_engines!(
    manifest_and_key_object_open_with_the_clients_key_alone,
    |house| async move {
        let thread = thread(&house).await;
        let bytes = content(20_000);
        let id = started(&house, thread, bytes.len()).await;
        append_bytes(&house, id, 0, &bytes).await.expect("appended");
        let row = own(&house.firm, &house.anwen(), id).await.expect("a row");
        let (_, client_key) = house.firm.client_key(house.people.marlowe).await.expect("a key");
        let stored = |object: Option<Uuid>| house.firm.object(object.expect("an object"));
        let key = house
            .firm
            .stores
            .named(&row.store)
            .expect("set up")
            .get(&stored(row.key_object), 1000)
            .await
            .expect("read");
        let key = KeyObject::parse(&key)
            .expect("a key object")
            .open(&client_key)
            .expect("opened");
        let sealed = house
            .firm
            .stores
            .named(&row.store)
            .expect("set up")
            .get(&stored(row.manifest_object), 100_000)
            .await
            .expect("read");
        let file = FileId::from(row.file).bytes();
        let manifest = Manifest::open(&sealed, &key, house.firm.id().bytes(), file, 1).expect("opened");
        assert_eq!(
            (manifest.name.as_str(), manifest.total, manifest.parts.len()),
            ("statement.pdf", 20_000, 1)
        );
    }
);
