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

async fn verdicts(house: &House) -> usize {
    all_held(&house.firm).await.expect("a look").verdicts
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
        assert_eq!(verdicts(&house).await, 1);
        assert_eq!(refused(&house, file).await, None);
        assert_eq!(checked(&house, thread).await, Check::Clean);
        let got = files::content(&house.firm, &house.anwen(), file).await.expect("open");
        let bytes: Vec<bytes::Bytes> = got.stream(0..700_000).try_collect().await.expect("read");
        assert_eq!(bytes.concat(), content);
        assert_eq!(verdicts(&house).await, 0);
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
    assert_eq!(verdicts(&house).await, 0);
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
    assert_eq!(verdicts(&house).await, 0);
    assert_eq!(refused(&house, file).await, Some(Reason::FileHeld));
});

// The file is longer than what the line's two ends hold, or it might be sent before a hasty verdict is read.
on_both_engines!(no_verdict_is_no_release, |house| async move {
    for manner in [Manner::Babbles, Manner::HangsUp, Manner::HasEnough, Manner::Hasty] {
        let clamd = Clamd::start().await;
        clamd.behave(manner);
        let (house, file, thread) = with_file(&house, &clamd, &vec![b'x'; 16_000_000]).await;
        assert_eq!(verdicts(&house).await, 0, "{manner:?}");
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
        assert_eq!(verdicts(&house).await, 1, "{manner:?}");
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
        assert_eq!(verdicts(&house).await, 0);
        assert!(
            version(&clamd.address)
                .await
                .expect("it answers")
                .starts_with("ClamAV 1.4.3")
        );
    }
);

on_both_engines!(a_scanner_that_comes_back_releases_what_was_held, |house| async move {
    let clamd = Clamd::start().await;
    clamd.behave(Manner::HangsUp);
    let (house, file, _) = with_file(&house, &clamd, b"letters").await;
    assert_eq!(verdicts(&house).await, 0);
    clamd.behave(Manner::Honest);
    assert_eq!(verdicts(&house).await, 0, "it is left alone for a moment");
    house.advance(16);
    assert_eq!(verdicts(&house).await, 1);
    assert_eq!(refused(&house, file).await, None);
});

on_both_engines!(
    attack_a_verdict_is_about_the_bytes_that_were_scanned_and_not_about_their_number,
    |house| async move {
        let clamd = Clamd::start().await;
        let (house, file, _) = with_file(&house, &clamd, b"letters").await;
        assert_eq!(verdicts(&house).await, 1);
        let (firm, anwen) = (&house.firm, house.anwen());
        let renew = async |content: &[u8]| {
            let upload = uploaded(&house, Destination::Version(file), content).await;
            library::renew(firm, &anwen, file, upload, firm.random().id().into())
                .await
                .expect("renewed");
        };
        renew(b"harmless").await;
        clamd.behave(Manner::Waits);
        let scanning = tokio::spawn({
            let firm = Arc::clone(firm);
            async move { all_held(&firm).await }
        });
        clamd.waiting.notified().await;
        // While clamd thinks about the harmless one, its sender takes it back and sends another under the same number.
        library::change(firm, &anwen, &[file], &[domain::library::Act::Withdraw])
            .await
            .expect("taken back");
        renew(&eicar()).await;
        clamd.answer.notify_one();
        scanning.await.expect("no panic").expect("scanned");
        assert!(
            files::content(firm, &anwen, file).await.is_err(),
            "nobody has looked at these bytes"
        );
        clamd.behave(Manner::Honest);
        assert_eq!(verdicts(&house).await, 1);
        let quarantined = files::content(firm, &anwen, file).await.err();
        assert!(matches!(
            quarantined,
            Some(Error::Problem(Problem::Refused {
                reason: Reason::FileQuarantined,
                ..
            }))
        ));
    }
);

on_both_engines!(a_file_that_does_not_open_keeps_no_other_waiting, |house| async move {
    let clamd = Clamd::start().await;
    let (house, broken, thread) = with_file(&house, &clamd, b"letters").await;
    let version = file_version::Entity::find_by_id((broken.uuid(), 1))
        .one(house.firm.db())
        .await
        .expect("read")
        .expect("a version");
    let tx = house.firm.begin().await.expect("a transaction");
    file_version::Entity::update_many()
        .col_expr(
            file_version::Column::WrappedKey,
            Expr::value(version.wrapped_key.iter().map(|byte| byte ^ 1).collect::<Vec<u8>>()),
        )
        .filter(file_version::Column::File.eq(broken.uuid()))
        .exec(tx.db())
        .await
        .expect("changed");
    tx.commit().await.expect("committed");
    let upload = uploaded(&house, Destination::Thread(thread), b"another").await;
    let message = NewMessage {
        text: String::new(),
        uploads: vec![upload],
        form: house.firm.random().id().into(),
    };
    messages::post(&house.firm, &house.anwen(), thread, &message)
        .await
        .expect("posted");
    let scanned = all_held(&house.firm).await.expect("a look");
    assert_eq!(scanned, Scanned { verdicts: 1, left: 1 });
});

#[tokio::test]
async fn a_socket_of_this_machine_is_an_address_too() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let path = folder.path().join("clamd.ctl");
    let listener = tokio::net::UnixListener::bind(&path).expect("a socket");
    let served = tokio::spawn(async move {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let (mut line, _) = listener.accept().await.expect("somebody");
        let mut asked = [0; 9];
        line.read_exact(&mut asked).await.expect("a command");
        assert_eq!(&asked, b"zVERSION\0");
        line.write_all(b"ClamAV 1.4.3\0").await.expect("answered");
        // The line stays open: the answer ends with its last byte.
        line.read_u8().await.is_err()
    });
    let address = Address::parse(&format!("unix:{}", path.display())).expect("an address");
    assert_eq!(version(&address).await.expect("it answers"), "ClamAV 1.4.3");
    assert!(served.await.expect("no panic"));
}
