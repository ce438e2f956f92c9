use super::*;
use crate::{
    Actor, Error, Firm,
    clients::need_to_know,
    files,
    messages::{self, NewMessage},
    on_both_engines, portal, sweep,
    testing::House,
    threads::{self, NewThread},
    uploads::{self, Declared, Destination},
};
use bytes::Bytes;
use domain::{
    ClientId, Field, FileId, FormId, LibraryReason, Problem, Reason, ThreadId, UploadId,
    file::Gone,
    library::{Act, FileOrder, FileQuery, LibraryView, Shown},
    limits,
};
use entity::firm::{file, file_part, file_version, job};
use futures::stream;
use sea_orm::{EntityTrait, PaginatorTrait};
use std::{convert::Infallible, sync::Arc};

async fn upload(house: &House, whose: &Actor, client: ClientId, name: &str, size: usize) -> UploadId {
    let declared = Declared {
        name: name.to_owned(),
        length: Some(size as u64),
        ..Declared::default()
    };
    let id = uploads::begin(&house.firm, whose, Destination::Client(client), &declared)
        .await
        .expect("begun");
    let body = stream::iter([Ok::<_, Infallible>(Bytes::from(vec![7; size]))]);
    uploads::append(Arc::clone(&house.firm), whose.clone(), id, uploads::Append::at(0), body)
        .await
        .expect("appended");
    id
}

/// A thread of Marlowe's that begins with a file.
async fn sent(house: &House, whose: &Actor, name: &str) -> (ThreadId, FileId) {
    let client = house.people.marlowe;
    let new = NewThread {
        client,
        subject: "Papers".to_owned(),
        text: "Here they are.".to_owned(),
        uploads: vec![upload(house, whose, client, name, 9).await],
        form: FormId::from(house.firm.random.id()),
    };
    let thread = threads::start(&house.firm, whose, &new).await.expect("a thread");
    let view = threads::open(&house.firm, whose, thread, None).await.expect("open");
    (thread, view.files[0].id)
}

/// A file that Imogen puts into Marlowe's library.
async fn kept(house: &House, name: &str, shared: bool) -> FileId {
    let client = house.people.marlowe;
    let imogen = house.imogen();
    let new = NewFiles {
        client,
        uploads: vec![upload(house, &imogen, client, name, 9).await],
        folder: None,
        shared,
        form: FormId::from(house.firm.random.id()),
    };
    keep(&house.firm, &imogen, &new).await.expect("kept")[0]
}

async fn listed(firm: &Firm, actor: &Actor, query: FileQuery) -> LibraryView {
    list(firm, actor, &query).await.expect("a list")
}

async fn names(firm: &Firm, actor: &Actor, query: FileQuery) -> Vec<String> {
    let view = listed(firm, actor, query).await;
    view.rows.into_iter().map(|row| row.file.name).collect()
}

async fn done(house: &House, actor: &Actor, ids: &[FileId], act: Act) {
    change(&house.firm, actor, ids, &[act]).await.expect("done");
}

async fn refused(house: &House, actor: &Actor, ids: &[FileId], act: Act) -> Problem {
    match change(&house.firm, actor, ids, &[act]).await {
        Err(Error::Problem(problem)) => problem,
        other => panic!("refused: {other:?}"),
    }
}

fn absent<T>(answer: &crate::Result<T>) -> bool {
    matches!(answer, Err(Error::Problem(Problem::NotFound)))
}

on_both_engines!(
    an_internal_file_is_absent_for_the_client_until_it_is_shared,
    |house| async move {
        let (firm, anwen, imogen) = (&house.firm, house.anwen(), house.imogen());
        let id = kept(&house, "Working paper.xlsx", false).await;
        assert_eq!(names(firm, &imogen, FileQuery::default()).await, ["Working paper.xlsx"]);
        assert!(names(firm, &anwen, FileQuery::default()).await.is_empty());
        assert!(absent(&view(firm, &anwen, id).await) && absent(&files::content(firm, &anwen, id).await.map(|_| ())));
        assert_eq!(portal::frame(firm, &anwen).await.expect("a frame").new_files, 0);

        done(&house, &imogen, &[id], Act::Share).await;
        let rows = listed(firm, &anwen, FileQuery::default()).await.rows;
        assert!(rows[0].shared && rows[0].file.new && rows[0].thread.is_none());
        assert_eq!(portal::frame(firm, &anwen).await.expect("a frame").new_files, 1);
        assert!(
            absent(&view(firm, &house.priya(), id).await),
            "another client's contact"
        );

        done(&house, &imogen, &[id], Act::Hide).await;
        assert!(absent(&view(firm, &anwen, id).await), "nobody had opened it");
        done(&house, &imogen, &[id], Act::Share).await;
        files::content(firm, &anwen, id).await.expect("content");
        assert_eq!(
            refused(&house, &imogen, &[id], Act::Hide).await,
            Problem::field(
                Field::Files,
                Reason::Library(LibraryReason::FileOpened {
                    name: "Working paper.xlsx".to_owned()
                })
            )
        );
        house.work().await.expect("worked");
    }
);

on_both_engines!(what_came_with_a_message_cannot_be_made_internal, |house| async move {
    let (_, id) = sent(&house, &house.imogen(), "Accounts.pdf").await;
    let problem = refused(&house, &house.imogen(), &[id], Act::Hide).await;
    assert!(matches!(
        problem,
        Problem::Refused {
            reason: Reason::Library(LibraryReason::FileSent { .. }),
            ..
        }
    ));
    house.work().await.expect("worked");
});

on_both_engines!(
    mission_13_a_wrong_upload_is_withdrawn_until_staff_open_it_and_leaves_a_tombstone,
    |house| async move {
        let (firm, anwen, imogen) = (&house.firm, house.anwen(), house.imogen());
        let (thread, id) = sent(&house, &anwen, "Wrong.pdf").await;
        house.advance(limits::WITHDRAW_SECONDS * 10);
        assert!(view(firm, &anwen, id).await.expect("a page").row.may_withdraw);
        done(&house, &anwen, &[id], Act::Withdraw).await;
        for reader in [&anwen, &imogen] {
            assert!(
                absent(&files::content(firm, reader, id).await.map(|_| ())),
                "nobody opens it"
            );
            let open = threads::open(firm, reader, thread, None).await.expect("open");
            let gone = open.messages[0].files[0].gone.clone();
            assert!(matches!(gone, Some(Gone::Withdrawn { by, .. }) if by == "Anwen Marlowe"));
            assert!(
                view(firm, reader, id)
                    .await
                    .expect("the record")
                    .row
                    .file
                    .gone
                    .is_some()
            );
        }
        assert_eq!(file_part::Entity::find().count(firm.db()).await.expect("counted"), 0);
        house.work().await.expect("worked");
        let stored = walk(&house.folder.path().join("objects"));
        assert_eq!(stored, 0, "its objects are gone");
        assert!(matches!(
            refused(&house, &imogen, &[id], Act::Trash).await,
            Problem::Refused {
                reason: Reason::Library(LibraryReason::FileWithdrawn { .. }),
                ..
            }
        ));
    }
);

on_both_engines!(
    what_was_withdrawn_is_swept_even_where_its_deletion_was_given_up,
    |house| async move {
        let (_, id) = sent(&house, &house.anwen(), "Wrong.pdf").await;
        done(&house, &house.anwen(), &[id], Act::Withdraw).await;
        // As if the store had been down for as long as the queue tries.
        job::Entity::delete_many()
            .exec(house.firm.pools.writer())
            .await
            .expect("given up");
        let objects = house.folder.path().join("objects");
        assert_eq!(walk(&objects), 3, "part, manifest and key");
        sweep::run_with(&house.firm, i64::MIN / 2000).await.expect("swept");
        assert_eq!(walk(&objects), 0);
        let record = view(&house.firm, &house.imogen(), id).await.expect("the record");
        assert!(record.row.file.gone.is_some() && !record.versions[0].sha256.is_empty());
    }
);

fn walk(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| if entry.path().is_dir() { walk(&entry.path()) } else { 1 })
        .sum()
}

on_both_engines!(
    an_opened_upload_is_withdrawn_for_half_an_hour_and_not_a_second_longer,
    |house| async move {
        let (firm, anwen, imogen) = (&house.firm, house.anwen(), house.imogen());
        let (_, first) = sent(&house, &anwen, "First.pdf").await;
        let (_, second) = sent(&house, &anwen, "Second.pdf").await;
        for id in [first, second] {
            files::content(firm, &imogen, id).await.expect("content");
        }
        house.advance(limits::WITHDRAW_SECONDS - 1);
        done(&house, &anwen, &[first], Act::Withdraw).await;
        house.advance(1);
        assert!(!view(firm, &anwen, second).await.expect("a page").row.may_withdraw);
        let problem = refused(&house, &anwen, &[second], Act::Withdraw).await;
        assert!(matches!(
            problem,
            Problem::Refused {
                reason: Reason::Library(LibraryReason::WithdrawOver { .. }),
                ..
            }
        ));
        house.work().await.expect("worked");
    }
);

on_both_engines!(nobody_withdraws_what_somebody_else_sent, |house| async move {
    let (_, id) = sent(&house, &house.anwen(), "Mine.pdf").await;
    let (_, theirs) = sent(&house, &house.imogen(), "Theirs.pdf").await;
    for (actor, id) in [
        (house.imogen(), id),
        (house.imogen(), theirs),
        (house.priya(), id),
        (house.anwen(), theirs),
        (Actor::Visitor, id),
    ] {
        assert_eq!(refused(&house, &actor, &[id], Act::Withdraw).await, Problem::NotFound);
    }
    house.work().await.expect("worked");
});

on_both_engines!(
    a_contact_keeps_no_library_and_a_stranger_finds_no_file,
    |house| async move {
        let (firm, marlowe) = (&house.firm, house.people.marlowe);
        let (_, id) = sent(&house, &house.anwen(), "Mine.pdf").await;
        let acts = [
            Act::Share,
            Act::Hide,
            Act::Trash,
            Act::Restore,
            Act::Move(None),
            Act::Tag("VAT".to_owned()),
            Act::Untag("VAT".to_owned()),
            Act::Year(Some(2026)),
        ];
        for actor in [house.anwen(), house.priya(), Actor::Visitor] {
            for act in &acts {
                assert_eq!(refused(&house, &actor, &[id], act.clone()).await, Problem::NotFound);
            }
            assert!(absent(&add_folder(firm, &actor, marlowe, None, "Accounts").await));
        }
        need_to_know::restrict(firm, &house.imogen(), marlowe, &[])
            .await
            .expect("restricted");
        let kept_off = house.tomasz().without(vec![marlowe]);
        assert!(absent(&view(firm, &kept_off, id).await));
        assert_eq!(refused(&house, &kept_off, &[id], Act::Trash).await, Problem::NotFound);
        assert!(absent(&add_folder(firm, &kept_off, marlowe, None, "Accounts").await));
        assert!(names(firm, &kept_off, FileQuery::default()).await.is_empty());
        need_to_know::open_to_all(firm, &house.imogen(), marlowe)
            .await
            .expect("open");
        assert!(
            absent(&view(&house.other, &house.imogen(), id).await),
            "not in another firm"
        );
        house.work().await.expect("worked");
    }
);

on_both_engines!(
    the_trash_gives_back_for_thirty_days_and_then_lets_go,
    |house| async move {
        let (firm, anwen, imogen) = (&house.firm, house.anwen(), house.imogen());
        let (thread, id) = sent(&house, &anwen, "Old.pdf").await;
        let trash = || FileQuery {
            shown: Some(Shown::Trash),
            ..FileQuery::default()
        };
        done(&house, &imogen, &[id], Act::Trash).await;
        assert!(absent(&view(firm, &anwen, id).await), "contacts do not see the trash");
        assert!(
            names(firm, &anwen, trash()).await.is_empty()
                && names(firm, &imogen, FileQuery::default()).await.is_empty()
        );
        assert_eq!(names(firm, &imogen, trash()).await, ["Old.pdf"]);
        assert!(absent(&files::content(firm, &imogen, id).await.map(|_| ())));
        let open = threads::open(firm, &anwen, thread, None).await.expect("open");
        assert!(
            matches!(open.messages[0].files[0].gone, Some(Gone::Trashed { by: None, .. })),
            "a tombstone that names nobody"
        );
        done(&house, &imogen, &[id], Act::Restore).await;
        files::content(firm, &anwen, id).await.expect("content is back");

        done(&house, &imogen, &[id], Act::Trash).await;
        house.advance(limits::TRASH_SECONDS - 1);
        assert_eq!(sweep::run(firm).await.expect("swept").files, 0);
        house.advance(1);
        assert_eq!(sweep::run(firm).await.expect("swept").files, 1);
        house.work().await.expect("worked");
        assert_eq!(walk(&house.folder.path().join("objects")), 0);
        assert_eq!(file::Entity::find().count(firm.db()).await.expect("counted"), 0);
        assert_eq!(file_version::Entity::find().count(firm.db()).await.expect("counted"), 0);
    }
);

on_both_engines!(files_are_found_by_folder_tag_year_side_and_name, |house| async move {
    let (firm, anwen, imogen, marlowe) = (&house.firm, house.anwen(), house.imogen(), house.people.marlowe);
    let bank = kept(&house, "Bank October.pdf", true).await;
    house.advance(1);
    let kiln = kept(&house, "Kiln invoice.jpg", true).await;
    house.advance(1);
    let secret = kept(&house, "bank letter.txt", false).await;
    let accounts = add_folder(firm, &imogen, marlowe, None, "Accounts")
        .await
        .expect("added");
    let year = add_folder(firm, &imogen, marlowe, Some(accounts), "2026")
        .await
        .expect("added");
    let hidden = add_folder(firm, &imogen, marlowe, None, "Doubtful")
        .await
        .expect("added");
    done(&house, &imogen, &[bank], Act::Move(Some(year))).await;
    done(&house, &imogen, &[secret], Act::Move(Some(hidden))).await;
    change(
        firm,
        &imogen,
        &[bank, kiln],
        &[Act::Tag("VAT".to_owned()), Act::Year(Some(2026))],
    )
    .await
    .expect("both");
    let by = |change: &dyn Fn(&mut FileQuery)| {
        let mut query = FileQuery::default();
        change(&mut query);
        query
    };
    for (query, expected) in [
        (
            by(&|_| ()),
            vec!["bank letter.txt", "Kiln invoice.jpg", "Bank October.pdf"],
        ),
        (
            by(&|query| query.order = FileOrder::Oldest),
            vec!["Bank October.pdf", "Kiln invoice.jpg", "bank letter.txt"],
        ),
        (
            by(&|query| query.order = FileOrder::Name),
            vec!["bank letter.txt", "Bank October.pdf", "Kiln invoice.jpg"],
        ),
        (
            by(&|query| query.words = "BANK".to_owned()),
            vec!["bank letter.txt", "Bank October.pdf"],
        ),
        (
            by(&|query| query.words = "bank oct".to_owned()),
            vec!["Bank October.pdf"],
        ),
        (by(&|query| query.words = "%".to_owned()), vec![]),
        (by(&|query| query.folder = Some(accounts)), vec![]),
        (by(&|query| query.folder = Some(year)), vec!["Bank October.pdf"]),
        (
            by(&|query| (query.folder, query.words) = (Some(accounts), "oct".to_owned())),
            vec!["Bank October.pdf"],
        ),
        (
            by(&|query| query.tag = "VAT".to_owned()),
            vec!["Kiln invoice.jpg", "Bank October.pdf"],
        ),
        (by(&|query| query.year = Some(2025)), vec![]),
        (
            by(&|query| query.shown = Some(Shown::Internal)),
            vec!["bank letter.txt"],
        ),
        (by(&|query| query.from = Some(domain::client::Side::Contact)), vec![]),
        (by(&|query| query.client = Some(house.people.tanner)), vec![]),
    ] {
        assert_eq!(names(firm, &imogen, query.clone()).await, expected, "{query:?}");
    }
    let seen = listed(
        firm,
        &anwen,
        FileQuery {
            client: Some(marlowe),
            ..FileQuery::default()
        },
    )
    .await;
    let folders: Vec<_> = seen.folders.iter().map(|folder| folder.name.as_str()).collect();
    assert_eq!(folders, ["Accounts"], "a folder of internal files alone is not told of");
    assert_eq!((seen.tags, seen.years), (vec!["VAT".to_owned()], vec![2026]));
    let in_hidden = FileQuery {
        folder: Some(hidden),
        ..FileQuery::default()
    };
    assert!(absent(&list(firm, &anwen, &in_hidden).await));
    let in_year = FileQuery {
        folder: Some(year),
        ..FileQuery::default()
    };
    assert!(absent(&list(firm, &house.priya(), &in_year).await));
    house.work().await.expect("worked");
});

on_both_engines!(a_folder_has_one_name_and_gives_its_files_up, |house| async move {
    let (firm, imogen, marlowe) = (&house.firm, house.imogen(), house.people.marlowe);
    let id = kept(&house, "A.pdf", false).await;
    let accounts = add_folder(firm, &imogen, marlowe, None, "Accounts")
        .await
        .expect("added");
    let taken = add_folder(firm, &imogen, marlowe, None, "ACCOUNTS").await;
    assert!(matches!(
        taken,
        Err(Error::Problem(Problem::Refused {
            reason: Reason::Library(LibraryReason::FolderTaken),
            ..
        }))
    ));
    let inner = add_folder(firm, &imogen, marlowe, Some(accounts), "Accounts")
        .await
        .expect("another place");
    done(&house, &imogen, &[id], Act::Move(Some(inner))).await;
    assert!(rename_folder(firm, &imogen, inner, "2026").await.is_ok());
    remove_folder(firm, &imogen, inner).await.expect("removed");
    let row = view(firm, &imogen, id).await.expect("a page").row;
    assert_eq!(row.folder.map(|folder| folder.id), Some(accounts));
    let elsewhere = add_folder(firm, &imogen, house.people.tanner, None, "Leases")
        .await
        .expect("added");
    assert!(matches!(
        refused(&house, &imogen, &[id], Act::Move(Some(elsewhere))).await,
        Problem::Refused {
            reason: Reason::Library(LibraryReason::OtherClient),
            ..
        }
    ));
    let mut parent = Some(accounts);
    for depth in 1..limits::FOLDER_DEPTH {
        let made = add_folder(firm, &imogen, marlowe, parent, &format!("Level {depth}")).await;
        parent = Some(made.expect("not too deep"));
    }
    assert!(add_folder(firm, &imogen, marlowe, parent, "One more").await.is_err());
});

on_both_engines!(several_are_changed_together_or_not_at_all, |house| async move {
    let (firm, imogen) = (&house.firm, house.imogen());
    let internal = kept(&house, "A.pdf", true).await;
    let (_, with_message) = sent(&house, &imogen, "B.pdf").await;
    refused(&house, &imogen, &[internal, with_message], Act::Hide).await;
    assert!(
        view(firm, &imogen, internal).await.expect("a page").row.shared,
        "neither"
    );
    let unknown = FileId::from(firm.random.id());
    assert_eq!(
        refused(&house, &imogen, &[internal, unknown], Act::Trash).await,
        Problem::NotFound
    );
    assert!(matches!(
        refused(&house, &imogen, &[], Act::Trash).await,
        Problem::Refused {
            reason: Reason::Empty,
            ..
        }
    ));
    house.work().await.expect("worked");
});

on_both_engines!(
    of_a_press_and_a_second_one_the_library_keeps_one_file,
    |house| async move {
        let (firm, imogen, marlowe) = (&house.firm, house.imogen(), house.people.marlowe);
        let pressed = FormId::from(firm.random.id());
        for _ in 0..2 {
            let new = NewFiles {
                client: marlowe,
                uploads: vec![upload(&house, &imogen, marlowe, "A.pdf", 9).await],
                folder: None,
                shared: false,
                form: pressed,
            };
            keep(firm, &imogen, &new).await.expect("kept");
        }
        assert_eq!(names(firm, &imogen, FileQuery::default()).await.len(), 1);
        let new = NewFiles {
            client: marlowe,
            uploads: vec![upload(&house, &house.anwen(), marlowe, "B.pdf", 9).await],
            folder: None,
            shared: true,
            form: FormId::from(firm.random.id()),
        };
        assert!(
            absent(&keep(firm, &house.anwen(), &new).await),
            "contacts send messages"
        );
        assert!(keep(firm, &imogen, &new).await.is_err(), "an upload is its author's");
    }
);

on_both_engines!(the_page_says_who_opened_a_file_and_when, |house| async move {
    let (firm, anwen, imogen) = (&house.firm, house.anwen(), house.imogen());
    let (thread, id) = sent(&house, &imogen, "Accounts.pdf").await;
    assert!(view(firm, &imogen, id).await.expect("a page").looks.is_empty());
    house.advance(60);
    files::content(firm, &anwen, id).await.expect("content");
    let at = firm.now();
    house.advance(60);
    files::content(firm, &anwen, id).await.expect("content");
    let page = view(firm, &imogen, id).await.expect("a page");
    assert_eq!(page.looks.len(), 1);
    assert_eq!(
        (
            page.looks[0].name.as_str(),
            page.looks[0].first,
            page.looks[0].downloaded
        ),
        ("Anwen Marlowe", at, Some(at))
    );
    assert_eq!(page.row.thread.map(|(id, _)| id), Some(thread));
    assert!(
        view(firm, &anwen, id).await.expect("a page").looks.is_empty(),
        "a contact is not told who else opened the firm's file"
    );
    let answer = NewMessage {
        text: "Thank you".to_owned(),
        uploads: Vec::new(),
        form: FormId::from(firm.random.id()),
    };
    messages::post(firm, &anwen, thread, &answer).await.expect("posted");
    house.work().await.expect("worked");
});
