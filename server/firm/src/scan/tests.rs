//! What the scanner says decides who opens a file, and so does its silence.

use super::*;
use crate::{
    files, library,
    messages::{self, NewMessage},
    on_both_engines,
    testing::{
        House,
        clamd::{Clamd, Manner, eicar},
    },
    threads::{self, NewThread},
    uploads::{self, Destination},
};
use domain::{FileId, Problem, file::Check};
use entity::firm::audit_entry;
use futures::{TryStreamExt as _, stream};
use std::convert::Infallible;

/// A house with a scanner, and a thread with a file of this content.
async fn with_file(house: &House, clamd: &Clamd, content: &[u8]) -> (House, FileId, ThreadId) {
    let house = House::open_with(house.engine, 7, |settings| {
        settings.scanner = Some(clamd.scanner.clone());
    })
    .await
    .expect("a house");
    let upload = uploaded(&house, Destination::Client(house.people.marlowe), content).await;
    let new = NewThread {
        client: house.people.marlowe,
        subject: "Papers".to_owned(),
        text: "Here.".to_owned(),
        uploads: vec![upload],
        form: house.firm.random().id().into(),
    };
    let thread = threads::start(&house.firm, &house.anwen(), &new)
        .await
        .expect("a thread");
    let view = threads::open(&house.firm, &house.anwen(), thread, None)
        .await
        .expect("open");
    let file = view.files[0].id;
    (house, file, thread)
}

async fn uploaded(house: &House, to: Destination, content: &[u8]) -> domain::UploadId {
    let pieces: Vec<_> = content
        .chunks(64 * 1024)
        .map(|piece| Ok::<_, Infallible>(bytes::Bytes::copy_from_slice(piece)))
        .collect();
    let body = stream::iter(pieces);
    uploads::whole(Arc::clone(&house.firm), house.anwen(), to, "Scan.txt".to_owned(), body)
        .await
        .expect("uploaded")
}

/// Why nobody opens it; none where everybody does. Every way to the bytes gives one answer.
async fn refused(house: &House, id: FileId) -> Option<Reason> {
    let firm = &house.firm;
    let mut reasons = Vec::new();
    for actor in [house.anwen(), house.tomasz(), house.imogen()] {
        let version = files::content_of(firm, &actor, id, 1).await.err();
        let ways = [
            files::content(firm, &actor, id).await.err(),
            files::about(firm, &actor, id).await.err(),
            crate::previews::look(firm, &actor, id, 1).await.err(),
            version,
        ];
        reasons.extend(ways.map(|error| match error {
            None => None,
            Some(Error::Problem(Problem::Refused { reason, .. })) => Some(reason),
            Some(other) => panic!("another refusal: {other}"),
        }));
    }
    assert!(reasons.windows(2).all(|two| two[0] == two[1]), "{reasons:?}");
    reasons.pop().flatten()
}

async fn checked(house: &House, thread: ThreadId) -> Check {
    let view = threads::open(&house.firm, &house.anwen(), thread, None)
        .await
        .expect("open");
    view.files[0].check.clone()
}

on_both_engines!(
    a_file_is_held_until_the_scanner_has_seen_all_of_it,
    |house| async move {
        let clamd = Clamd::start().await;
        let content = vec![b'a'; 700_000];
        let (house, file, thread) = with_file(&house, &clamd, &content).await;
        assert_eq!(refused(&house, file).await, Some(Reason::FileHeld));
        assert_eq!(checked(&house, thread).await, Check::Held);
        assert_eq!(all_held(&house.firm).await.expect("scanned"), 1);
        assert_eq!(refused(&house, file).await, None);
        assert_eq!(checked(&house, thread).await, Check::Clean);
        let got = files::content(&house.firm, &house.anwen(), file).await.expect("open");
        let bytes: Vec<bytes::Bytes> = got.stream(0..700_000).try_collect().await.expect("read");
        assert_eq!(bytes.concat(), content);
        assert_eq!(all_held(&house.firm).await.expect("nothing left"), 0);
    }
);

on_both_engines!(eicar_is_quarantined_and_nobody_opens_it, |house| async move {
    let clamd = Clamd::start().await;
    // Across two pieces and behind other bytes: what is scanned is the whole and not each piece.
    let content = [vec![b' '; 64 * 1024 - 10], eicar()].concat();
    let (house, file, thread) = with_file(&house, &clamd, &content).await;
    all_held(&house.firm).await.expect("scanned");
    assert_eq!(refused(&house, file).await, Some(Reason::FileQuarantined));
    let found = "Eicar-Test-Signature".to_owned();
    assert_eq!(
        checked(&house, thread).await,
        Check::Quarantined { found: found.clone() }
    );
    assert_eq!(all_held(&house.firm).await.expect("not again"), 0);
    let noted = audit_entry::Entity::find()
        .filter(audit_entry::Column::Verb.eq("file.quarantine"))
        .all(house.firm.db())
        .await
        .expect("the log");
    assert_eq!(noted.len(), 1);
    library::change(&house.firm, &house.tomasz(), &[file], &[domain::library::Act::Trash])
        .await
        .expect("staff put it away");
});

on_both_engines!(a_scanner_that_is_down_holds_and_releases_nothing, |house| async move {
    let clamd = Clamd::start().await;
    let (house, file, _) = with_file(&house, &clamd, b"letters").await;
    let scanner = clamd.scanner.clone();
    drop(clamd);
    // Its port is closed once the task is gone.
    while tokio::net::TcpStream::connect(scanner.0.address.to_string())
        .await
        .is_ok()
    {
        tokio::task::yield_now().await;
    }
    assert_eq!(all_held(&house.firm).await.expect("tried"), 0);
    assert_eq!(refused(&house, file).await, Some(Reason::FileHeld));
    assert!(waiting_since(&house.firm).await.expect("read").is_some());
});

on_both_engines!(no_verdict_is_no_release, |house| async move {
    for manner in [Manner::Babbles, Manner::HangsUp, Manner::HasEnough] {
        let clamd = Clamd::start().await;
        clamd.behave(manner);
        let (house, file, thread) = with_file(&house, &clamd, &vec![b'x'; 2_000_000]).await;
        assert_eq!(all_held(&house.firm).await.expect("tried"), 0, "{manner:?}");
        assert_eq!(refused(&house, file).await, Some(Reason::FileHeld), "{manner:?}");
        // It is not sent there again and again, and another file is not kept waiting for it.
        clamd.behave(Manner::Honest);
        let upload = uploaded(&house, Destination::Thread(thread), b"another").await;
        let message = NewMessage {
            text: String::new(),
            uploads: vec![upload],
            form: house.firm.random().id().into(),
        };
        messages::post(&house.firm, &house.anwen(), thread, &message)
            .await
            .expect("posted");
        assert_eq!(all_held(&house.firm).await.expect("the other"), 1, "{manner:?}");
        assert_eq!(refused(&house, file).await, Some(Reason::FileHeld), "{manner:?}");
    }
});

on_both_engines!(each_version_is_looked_at_for_itself, |house| async move {
    let clamd = Clamd::start().await;
    let (house, file, _) = with_file(&house, &clamd, b"letters").await;
    all_held(&house.firm).await.expect("scanned");
    let (firm, anwen) = (&house.firm, house.anwen());
    let upload = uploaded(&house, Destination::Version(file), &eicar()).await;
    library::renew(firm, &anwen, file, upload, firm.random().id().into())
        .await
        .expect("renewed");
    assert!(files::content(firm, &anwen, file).await.is_err(), "the newest is held");
    assert!(
        files::content_of(firm, &anwen, file, 1).await.is_ok(),
        "the one before is open"
    );
    all_held(firm).await.expect("scanned");
    let newest = files::content(firm, &anwen, file).await.err().expect("in quarantine");
    assert!(matches!(
        newest,
        Error::Problem(Problem::Refused {
            reason: Reason::FileQuarantined,
            ..
        })
    ));
});

on_both_engines!(
    without_a_scanner_files_open_and_say_that_nobody_looked,
    |house| async move {
        let clamd = Clamd::start().await;
        let thread = {
            let upload = uploaded(&house, Destination::Client(house.people.marlowe), b"letters").await;
            let new = NewThread {
                client: house.people.marlowe,
                subject: "Papers".to_owned(),
                text: String::new(),
                uploads: vec![upload],
                form: house.firm.random().id().into(),
            };
            threads::start(&house.firm, &house.anwen(), &new)
                .await
                .expect("a thread")
        };
        assert_eq!(checked(&house, thread).await, Check::Unscanned);
        assert_eq!(all_held(&house.firm).await.expect("nothing to do"), 0);
        assert!(
            version(&clamd.address)
                .await
                .expect("it answers")
                .starts_with("ClamAV 1.4.3")
        );
    }
);
