//! Uploads that stop anywhere and go on from the very byte.

use super::*;
use crate::{networks::Tried, testing::House};
use entity::firm::{file_part, segment};
use futures::channel::oneshot;
use uploads::{
    intake::Arrival,
    land::{self, Landed, Place},
};
use vault::Checksum;

use crate::uploads;

const PART_BYTES: usize = 8 * 1024 * 1024;

async fn append_said(house: &House, id: UploadId, said: Append, bytes: &[u8]) -> Result<u64, AppendError> {
    let body = stream::iter([Ok::<_, io::Error>(Bytes::copy_from_slice(bytes))]);
    append(Arc::clone(&house.firm), house.anwen(), id, said, body).await
}

/// Sends bytes and then breaks off.
async fn append_cut(house: &House, id: UploadId, offset: u64, bytes: &[u8]) -> Result<u64, AppendError> {
    let pieces = [
        Ok(Bytes::copy_from_slice(bytes)),
        Err(io::Error::from(io::ErrorKind::ConnectionReset)),
    ];
    let said = Append::at(offset);
    append(Arc::clone(&house.firm), house.anwen(), id, said, stream::iter(pieces)).await
}

async fn offset(house: &House, id: UploadId) -> u64 {
    status(&house.firm, &house.anwen(), id).await.expect("a status").offset
}

async fn rows(house: &House) -> (u64, u64) {
    let db = house.firm.db();
    let parts = file_part::Entity::find().count(db).await.expect("parts");
    (parts, segment::Entity::find().count(db).await.expect("segments"))
}

fn sha1(bytes: &[u8]) -> Checksum {
    Checksum::new("sha1", vault::checksum::sha1(bytes).to_vec()).expect("a digest")
}

on_both_engines!(
    an_upload_that_stops_anywhere_goes_on_from_the_very_byte,
    |house| async move {
        let thread = thread(&house).await;
        let bytes = content(2 * PART_BYTES + 70_001);
        // Whether the request knows how many bytes it brings, whether its connection breaks, and where it ends.
        let stops = [
            (true, false, 1),
            (true, true, 1_025),
            (false, false, 16_384),
            (false, true, 100_000),
            (true, false, PART_BYTES - 1),
            (true, false, PART_BYTES),
            (false, true, PART_BYTES + 1),
            (true, true, 2 * PART_BYTES - 1),
            (true, false, 2 * PART_BYTES + 70_000),
            (false, false, bytes.len()),
        ];
        let id = started(&house, thread, bytes.len()).await;
        let mut at = 0;
        for (told, breaks, until) in stops {
            let piece = &bytes[at..until];
            let ended = if breaks {
                append_cut(&house, id, at as u64, piece).await
            } else {
                let said = Append {
                    bytes: told.then_some(piece.len() as u64),
                    ..Append::at(at as u64)
                };
                append_said(&house, id, said, piece).await
            };
            match ended {
                Ok(durable) => assert!(!breaks && durable == until as u64, "{durable} of {until}"),
                Err(AppendError::Cut { durable }) => assert!(breaks && durable == until as u64, "{durable} of {until}"),
                Err(error) => panic!("{error} at {until}"),
            }
            assert_eq!(offset(&house, id).await, until as u64);
            at = until;
        }
        assert_eq!(rows(&house).await, (3, 0), "every segment became a part");
        house.work().await.expect("the queue runs");
        assert_eq!(objects(&house).len(), 5, "three parts, a manifest and a key object");
        let chip = sent(&house, thread, vec![id]).await;
        let mut digest = ReceiptDigest::new();
        digest.update(&bytes);
        assert_eq!(chip.sha256, files::hex(&digest.finish()));
        let back = downloaded(&house, &house.imogen(), chip.id, 0..u64::MAX).await;
        assert!(back.expect("whole") == bytes);
    }
);

on_both_engines!(
    many_small_requests_stage_a_bounded_number_of_segments,
    |house| async move {
        let thread = thread(&house).await;
        let bytes = content(140 * 1024 + 1);
        let id = started(&house, thread, bytes.len()).await;
        let mut most = 0;
        for (number, piece) in bytes.chunks(1024).enumerate() {
            let said = Append {
                bytes: Some(piece.len() as u64),
                ..Append::at(number as u64 * 1024)
            };
            append_said(&house, id, said, piece).await.expect("appended");
            most = Ord::max(most, rows(&house).await.1);
        }
        assert!((2..=64).contains(&most), "{most} segments");
        assert_eq!(rows(&house).await, (1, 0));
        house.work().await.expect("the queue runs");
        assert_eq!(objects(&house).len(), 3);
        let chip = sent(&house, thread, vec![id]).await;
        let back = downloaded(&house, &house.imogen(), chip.id, 0..u64::MAX).await;
        assert!(back.expect("whole") == bytes);
    }
);

on_both_engines!(
    a_request_with_a_checksum_counts_whole_or_not_at_all,
    |house| async move {
        let thread = thread(&house).await;
        let bytes = content(2 * PART_BYTES + 9);
        let id = started(&house, thread, bytes.len()).await;
        append_bytes(&house, id, 0, &bytes[..100]).await.expect("appended");
        let before = objects(&house);
        let rest = &bytes[100..];
        let said = |checksum| Append {
            bytes: Some(rest.len() as u64),
            checksum: Some(checksum),
            ..Append::at(100)
        };
        let wrong = append_said(&house, id, said(sha1(b"something else")), rest).await;
        assert!(matches!(wrong, Err(AppendError::WrongChecksum)), "{wrong:?}");
        let pieces = [
            Ok(Bytes::copy_from_slice(&rest[..PART_BYTES + 70_000])),
            Err(io::Error::from(io::ErrorKind::ConnectionReset)),
        ];
        let firm = Arc::clone(&house.firm);
        let cut = append(firm, house.anwen(), id, said(sha1(rest)), stream::iter(pieces)).await;
        assert!(matches!(cut, Err(AppendError::Cut { durable: 100 })), "{cut:?}");
        assert_eq!(offset(&house, id).await, 100);
        assert_eq!(objects(&house), before, "what does not count is not kept");
        let right = append_said(&house, id, said(sha1(rest)), rest).await;
        assert_eq!(right.expect("appended"), bytes.len() as u64);
        let chip = sent(&house, thread, vec![id]).await;
        let back = downloaded(&house, &house.imogen(), chip.id, 0..u64::MAX).await;
        assert!(back.expect("whole") == bytes);
    }
);

on_both_engines!(a_length_can_be_said_later_and_only_once, |house| async move {
    let thread = thread(&house).await;
    let bytes = content(5_000);
    let declared = Declared {
        name: "statement.pdf".to_owned(),
        ..Declared::default()
    };
    let (firm, anwen) = (&house.firm, house.anwen());
    let id = begin(firm, &anwen, Destination::Thread(thread), &declared)
        .await
        .expect("begun");
    append_bytes(&house, id, 0, &bytes[..3_000]).await.expect("appended");
    let stands = status(firm, &anwen, id).await.expect("a status");
    assert_eq!((stands.offset, stands.length, stands.complete), (3_000, None, false));
    let said = |length| Append {
        length: Some(length),
        ..Append::at(3_000)
    };
    for wrong in [2_999, 0] {
        let answer = append_said(&house, id, said(wrong), b"").await;
        assert!(matches!(answer, Err(AppendError::WrongLength)), "{answer:?}");
    }
    let answer = append_said(&house, id, said(limits::FILE_BYTES + 1), b"").await;
    assert!(
        matches!(
            &answer,
            Err(AppendError::Error(Error::Problem(Problem::Refused {
                reason: Reason::FileTooLarge { .. },
                ..
            })))
        ),
        "{answer:?}"
    );
    append_said(&house, id, said(5_000), &bytes[3_000..4_000])
        .await
        .expect("said");
    let other = Append {
        length: Some(6_000),
        ..Append::at(4_000)
    };
    let answer = append_said(&house, id, other, b"").await;
    assert!(matches!(answer, Err(AppendError::WrongLength)), "{answer:?}");
    append_bytes(&house, id, 4_000, &bytes[4_000..])
        .await
        .expect("appended");
    let chip = sent(&house, thread, vec![id]).await;
    let back = downloaded(&house, &house.imogen(), chip.id, 0..u64::MAX).await;
    assert!(back.expect("whole") == bytes);
});

on_both_engines!(a_length_that_is_what_came_already_ends_the_upload, |house| async move {
    let thread = thread(&house).await;
    let declared = Declared {
        name: "statement.pdf".to_owned(),
        ..Declared::default()
    };
    let to = Destination::Thread(thread);
    let id = begin(&house.firm, &house.anwen(), to, &declared).await.expect("begun");
    append_bytes(&house, id, 0, &content(300)).await.expect("appended");
    let said = Append {
        length: Some(300),
        ..Append::at(300)
    };
    append_said(&house, id, said, b"").await.expect("ended");
    assert!(
        status(&house.firm, &house.anwen(), id)
            .await
            .expect("a status")
            .complete
    );
    assert_eq!(rows(&house).await, (1, 0));
    sent(&house, thread, vec![id]).await;
});

on_both_engines!(
    a_connection_that_died_without_a_word_keeps_nobody_waiting,
    |house| async move {
        let thread = thread(&house).await;
        let bytes = content(1_000);
        let id = started(&house, thread, bytes.len()).await;
        let (taken, was_taken) = oneshot::channel();
        // It is asked for more when what it brought was taken in, and is silent from then on.
        let silence = stream::once(async move {
            taken.send(()).expect("somebody waits");
            std::future::pending().await
        });
        let body = stream::iter([Ok::<_, io::Error>(Bytes::copy_from_slice(&bytes[..400]))]).chain(silence);
        let (firm, anwen) = (Arc::clone(&house.firm), house.anwen());
        let silent = tokio::spawn(append(firm, anwen, id, Append::at(0), body));
        was_taken.await.expect("taken in");
        let stands = standing(Arc::clone(&house.firm), house.anwen(), id).await;
        assert_eq!(stands.expect("stands").offset, 400);
        let ended = silent.await.expect("no panic");
        assert!(matches!(ended, Err(AppendError::Cut { durable: 400 })), "{ended:?}");
        append_bytes(&house, id, 400, &bytes[400..]).await.expect("appended");
        let chip = sent(&house, thread, vec![id]).await;
        let back = downloaded(&house, &house.imogen(), chip.id, 0..u64::MAX).await;
        assert!(back.expect("whole") == bytes);
    }
);

on_both_engines!(
    segments_that_a_crash_left_unfolded_are_folded_by_the_next_request,
    |house| async move {
        let thread = thread(&house).await;
        let bytes = content(20_000);
        let id = started(&house, thread, bytes.len()).await;
        append_bytes(&house, id, 0, &bytes[..12_000]).await.expect("appended");
        // As the rows stand when the server ends after the last segment and before its part.
        let row = own(&house.firm, &house.anwen(), id).await.expect("a row");
        let of = Arrival::of(&house.firm, &row).await.expect("a version");
        let place = Place::Segment {
            number: row.segments,
            start: 12_000,
        };
        let mut writer = of.begin(place).await.expect("begun");
        writer.push(&bytes[12_000..]).await.expect("pushed");
        let mut digest = ReceiptDigest::new();
        digest.update(&bytes);
        let state = Sealed::seal(
            &digest.state(),
            house.firm.at("upload", "digest_state", row.id),
            &house.firm.random,
        );
        let landed = Landed {
            place,
            sealed: writer.finish().await.expect("finished"),
            after: 20_000,
            state: state.expect("sealed"),
            segments: row.segments + 1,
        };
        land::commit(&of, &[landed]).await.expect("committed");
        assert_eq!(rows(&house).await, (0, 2));
        let stands = standing(Arc::clone(&house.firm), house.anwen(), id)
            .await
            .expect("stands");
        assert_eq!((stands.offset, stands.complete), (20_000, true));
        assert_eq!(rows(&house).await, (1, 0));
        let chip = sent(&house, thread, vec![id]).await;
        let back = downloaded(&house, &house.imogen(), chip.id, 0..u64::MAX).await;
        assert!(back.expect("whole") == bytes);
    }
);

on_both_engines!(
    an_upload_that_nobody_touched_for_too_long_is_absent_before_the_sweep,
    |house| async move {
        let thread = thread(&house).await;
        let id = started(&house, thread, 100).await;
        append_bytes(&house, id, 0, &content(40)).await.expect("appended");
        house.advance(limits::UPLOAD_KEPT_SECONDS);
        assert_eq!(offset(&house, id).await, 40);
        house.advance(1);
        let late = append_bytes(&house, id, 40, &content(60)).await;
        assert!(
            matches!(late, Err(AppendError::Error(Error::Problem(Problem::NotFound)))),
            "{late:?}"
        );
    }
);

on_both_engines!(bytes_sent_one_by_one_meet_a_limit, |house| async move {
    let thread = thread(&house).await;
    let id = started(&house, thread, 100).await;
    for _ in 0..1_200 {
        house.firm.take(Tried::Append, &id.to_string()).expect("one of 1,200");
    }
    let late = append_bytes(&house, id, 0, b"x").await;
    assert!(
        matches!(
            late,
            Err(AppendError::Error(Error::Problem(Problem::TooMany { seconds: 1 })))
        ),
        "{late:?}"
    );
    let other = started(&house, thread, 100).await;
    append_bytes(&house, other, 0, b"x")
        .await
        .expect("another upload has its own");
});
