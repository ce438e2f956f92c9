//! Counters of an account, in the firm's database: known or unknown, under an HMAC of what is tried.
//!
//! A try is counted before it is checked, so that tries side by side cost as much as tries in a row. Nobody is locked
//! out: a password rests, a second factor asks for a mailed code on top, and the other ways stay open.

use crate::{
    Firm,
    error::{Error, Result},
    tx::Tx,
};
use domain::{Field, Moment, Problem, Reason};
use entity::firm::throttle;
use sea_orm::{ActiveValue::Set, EntityTrait, sea_query::OnConflict};
use uuid::Uuid;
use vault::hmac_sha256;

/// Failures in a row after which an account's password is slowed down.
const SLOW_AFTER: i32 = 10;
/// Seconds between two tries of a slowed password: 30 an hour.
const SLOW_PAUSE: i64 = 120;
/// Failures in a row after which a password rests until its owner came in another way (NIST SP 800-63B-4).
const RESTS_AFTER: i32 = 100;
/// Seconds in which one failure with a password is forgotten.
const FORGIVEN_EVERY: i64 = 24 * 3600;
/// Failures in a row after which a second factor asks for a mailed code on top.
pub(crate) const SECOND_ROUTE_AFTER: i32 = 10;
/// Wrong ones in [`MONTH`] after which a second factor asks for a mailed code on top, and a code to the mobile gets longer,
/// whatever was right in between: an owner who comes in, or staff who let somebody try again, begin the count in a row
/// anew, and a guesser with it. Any thirty days lie in two of these at most, so whoever has the first proof has 32 guesses:
/// of 3e-6 each with a second factor, of 1e-6 with a code.
pub(crate) const MONTHLY: i32 = 16;
const MONTH: i64 = 30 * DAY;
/// Seconds between the first and the second of what is sent again, and between all later ones.
const RESEND: (i64, i64) = (30, 300);
/// Seconds without a request after which the pauses begin anew.
const RESEND_FORGOTTEN: i64 = 3600;
/// Mails and text messages a day to one address, whoever asks.
const DAILY: (i32, i32) = (100, 10);
const DAY: i64 = 24 * 3600;
/// New addresses that one person may ask for at once, and seconds after which one of them is forgotten: 3 an hour.
const NEW_ADDRESSES: i32 = 3;
const NEW_ADDRESS_EVERY: i64 = 1200;

/// What is sent on request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sending {
    /// A mail.
    Mail,
    /// A text message.
    Text,
}

/// What a count was before, and is now.
struct Tally {
    before: i32,
    last: Moment,
}

/// Under what the tries with an address's password are counted.
pub(crate) fn password_tries(firm: &Firm, mail: &str) -> Vec<u8> {
    hmac_sha256(&firm.keys.mac, "password tries", mail.as_bytes()).to_vec()
}

/// Under what the tries with a person's second factor are counted.
pub(crate) fn factor_tries(firm: &Firm, person: Uuid) -> Vec<u8> {
    hmac_sha256(&firm.keys.mac, "factor tries", person.as_bytes()).to_vec()
}

/// Under what the tries with a contact's security questions are counted.
pub(crate) fn answer_tries(firm: &Firm, contact: Uuid) -> Vec<u8> {
    hmac_sha256(&firm.keys.mac, "answer tries", contact.as_bytes()).to_vec()
}

/// Under what a month's wrong second factors of a person are counted.
pub(crate) fn factor_month(firm: &Firm, person: Uuid) -> Vec<u8> {
    hmac_sha256(&firm.keys.mac, "factor month", person.as_bytes()).to_vec()
}

/// Under what a month's wrong codes of a contact's second proof are counted.
pub(crate) fn code_month(firm: &Firm, contact: Uuid) -> Vec<u8> {
    hmac_sha256(&firm.keys.mac, "code month", contact.as_bytes()).to_vec()
}

/// Whether a person's second factor asks for a mailed code on top.
pub(crate) async fn asks_second_route(db: &impl sea_orm::ConnectionTrait, firm: &Firm, person: Uuid) -> Result<bool> {
    if failures(db, &factor_tries(firm, person)).await? >= SECOND_ROUTE_AFTER {
        return Ok(true);
    }
    is_month_spent(db, firm, &factor_month(firm, person)).await
}

/// Whether a month had as many wrong ones as it may.
pub(crate) async fn is_month_spent(db: &impl sea_orm::ConnectionTrait, firm: &Firm, subject: &[u8]) -> Result<bool> {
    let month = throttle::Entity::find_by_id(subject.to_vec()).one(db).await?;
    Ok(month.is_some_and(|row| row.failures >= MONTHLY && firm.now().seconds_since(Moment(row.last_at)) < MONTH))
}

/// Notes a wrong one for its month.
pub(crate) async fn note_wrong(tx: &Tx<'_>, subject: &[u8]) -> Result<()> {
    let month = tally(tx, subject).await?;
    let now = tx.firm.now();
    // The month's count stands under the moment at which it began.
    if now.seconds_since(month.last) < MONTH {
        keep(tx, subject, month.before.saturating_add(1), month.last).await
    } else {
        keep(tx, subject, 1, now).await
    }
}

/// Counts a try with a password. Says whether it was the one after which the password rests, so that its owner is told.
///
/// # Errors
/// The account is slowed down, or its password rests.
pub(crate) async fn count_password(tx: &Tx<'_>, subject: &[u8]) -> Result<bool> {
    let now = tx.firm.now();
    let tally = tally(tx, subject).await?;
    let idle = now.seconds_since(tally.last);
    let mut before = tally.before;
    if before >= RESTS_AFTER {
        return Err(Error::refused(Field::Password, Reason::PasswordRests));
    }
    if before >= SLOW_AFTER && idle < SLOW_PAUSE {
        let seconds = u32::try_from(SLOW_PAUSE - idle).unwrap_or(1);
        return Err(Problem::TooMany { seconds }.into());
    }
    let forgiven = i32::try_from(idle / FORGIVEN_EVERY).unwrap_or(i32::MAX);
    before = before.saturating_sub(forgiven).max(0);
    keep(tx, subject, before + 1, now).await?;
    Ok(before + 1 == RESTS_AFTER)
}

/// Counts a try, and says how many there were in a row, this one included. It never decays by itself: a guesser who
/// waits gets no further tries.
pub(crate) async fn count(tx: &Tx<'_>, subject: &[u8]) -> Result<i32> {
    let tally = tally(tx, subject).await?;
    let failures = tally.before.saturating_add(1);
    keep(tx, subject, failures, tx.firm.now()).await?;
    Ok(failures)
}

/// How many tries failed in a row so far.
pub(crate) async fn failures(db: &impl sea_orm::ConnectionTrait, subject: &[u8]) -> Result<i32> {
    let row = throttle::Entity::find_by_id(subject.to_vec()).one(db).await?;
    Ok(row.map_or(0, |row| row.failures))
}

/// Takes tries back that turned out to be their owner's.
pub(crate) async fn forgive(tx: &Tx<'_>, subject: &[u8], tries: i32) -> Result<()> {
    let tally = tally(tx, subject).await?;
    keep(tx, subject, (tally.before - tries).max(0), tally.last).await
}

/// Begins the count anew: its owner came in.
pub(crate) async fn clear(tx: &Tx<'_>, subject: &[u8]) -> Result<()> {
    throttle::Entity::delete_by_id(subject.to_vec()).exec(tx.db()).await?;
    Ok(())
}

/// Lets something be sent to an address, for somebody who asks from a network: at once, again after 30 seconds, then
/// every 5 minutes, under a high cap a day. Another network has pauses of its own, so that nobody uses up another's.
///
/// # Errors
/// It is too soon; the sentence says for how long.
pub(crate) async fn may_send(tx: &Tx<'_>, what: Sending, to: &str, network: &str) -> Result<()> {
    let firm = tx.firm;
    // Without a network nobody asked from outside; and in the demo all are one network.
    if network.is_empty() || firm.card.demo {
        return Ok(());
    }
    let now = firm.now();
    let (domain, most) = match what {
        Sending::Mail => ("mails", DAILY.0),
        Sending::Text => ("texts", DAILY.1),
    };
    let pair = hmac_sha256(&firm.keys.mac, domain, format!("{to}\n{network}").as_bytes());
    let whole = hmac_sha256(&firm.keys.mac, domain, to.as_bytes());
    let (sent, day) = (tally(tx, &pair).await?, tally(tx, &whole).await?);
    let idle = now.seconds_since(sent.last);
    let sent_before = if idle >= RESEND_FORGOTTEN { 0 } else { sent.before };
    let pause = match sent_before {
        0 => 0,
        1 => RESEND.0,
        _ => RESEND.1,
    };
    if idle < pause {
        return Err(too_soon(pause - idle));
    }
    // A whole day's count stands under the moment at which the day began.
    let into_day = now.seconds_since(day.last);
    let (today, began) = if into_day >= DAY {
        (0, now)
    } else {
        (day.before, day.last)
    };
    if today >= most {
        return Err(too_soon(DAY - into_day));
    }
    keep(tx, &pair, sent_before + 1, now).await?;
    keep(tx, &whole, today + 1, began).await
}

/// Lets a person ask for a new address: for each a mail goes to whoever has it, so that nobody writes to many strangers in
/// the firm's name. It shares nothing with [`may_send`], by which they sign in.
///
/// # Errors
/// It is too soon; the sentence says for how long.
pub(crate) async fn may_ask_address(tx: &Tx<'_>, person: Uuid) -> Result<()> {
    let firm = tx.firm;
    // In the demo all are one person.
    if firm.card.demo {
        return Ok(());
    }
    let now = firm.now();
    let subject = hmac_sha256(&firm.keys.mac, "new addresses", person.as_bytes());
    let asked = tally(tx, &subject).await?;
    let idle = now.seconds_since(asked.last);
    let forgotten = i32::try_from(idle / NEW_ADDRESS_EVERY).unwrap_or(i32::MAX);
    let before = asked.before.saturating_sub(forgotten).max(0);
    if before >= NEW_ADDRESSES {
        return Err(too_soon(NEW_ADDRESS_EVERY - idle));
    }
    keep(tx, &subject, before + 1, now).await
}

fn too_soon(seconds: i64) -> Error {
    Problem::TooMany {
        seconds: u32::try_from(seconds).unwrap_or(u32::MAX),
    }
    .into()
}

async fn tally(tx: &Tx<'_>, subject: &[u8]) -> Result<Tally> {
    let row = throttle::Entity::find_by_id(subject.to_vec()).one(tx.db()).await?;
    Ok(row.map_or(
        Tally {
            before: 0,
            last: Moment(0),
        },
        |row| Tally {
            before: row.failures,
            last: Moment(row.last_at),
        },
    ))
}

async fn keep(tx: &Tx<'_>, subject: &[u8], failures: i32, last: Moment) -> Result<()> {
    let row = throttle::ActiveModel {
        subject: Set(subject.to_vec()),
        failures: Set(failures),
        last_at: Set(last.0),
    };
    throttle::Entity::insert(row)
        .on_conflict(
            OnConflict::column(throttle::Column::Subject)
                .update_columns([throttle::Column::Failures, throttle::Column::LastAt])
                .to_owned(),
        )
        .exec_without_returning(tx.db())
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Actor, on_both_engines,
        sessions::Device,
        sign_in::{self, Entered},
        testing::{House, PASSWORD, code_of},
    };

    const IMOGEN: &str = "imogen@harcourtpell.example";

    fn told<T>(result: Result<T>) -> Problem {
        match result {
            Err(Error::Problem(problem)) => problem,
            Err(fault) => panic!("a fault: {fault:?}"),
            Ok(_) => panic!("it was let through"),
        }
    }

    async fn try_password(house: &House, address: &str, password: &str) -> Result<Entered> {
        sign_in::with_password(&house.firm, &Actor::Visitor, address, password, "", &Device::default()).await
    }

    async fn give_code(house: &House, step: Option<&str>, code: &str) -> Result<Entered> {
        sign_in::give_code(&house.firm, &Actor::Visitor, code, step, &Device::default()).await
    }

    on_both_engines!(
        a_password_rests_after_a_hundred_failures_and_its_owner_is_told_once,
        |house| async move {
            let rests = Problem::field(Field::Password, Reason::PasswordRests);
            for address in [IMOGEN, "nobody@elsewhere.example"] {
                let subject = password_tries(&house.firm, address);
                let tx = house.firm.begin().await.expect("begun");
                keep(&tx, &subject, RESTS_AFTER - 4, house.firm.now())
                    .await
                    .expect("kept");
                tx.commit().await.expect("committed");
                house.advance(120);
                for _ in 0..4 {
                    assert_ne!(told(try_password(&house, address, "wrong").await), rests);
                    house.advance(120);
                }
                // Right or wrong, known or not: one answer, and no Argon2 run to tell them apart.
                for password in ["wrong", PASSWORD] {
                    let before = house.firm.password_runs();
                    assert_eq!(told(try_password(&house, address, password).await), rests);
                    assert_eq!(house.firm.password_runs(), before);
                }
                house.advance(30 * 24 * 3600);
                assert_eq!(
                    told(try_password(&house, address, PASSWORD).await),
                    rests,
                    "waiting does not help"
                );
            }
            house.work().await.expect("worked");
            let letters = house.letters();
            assert_eq!(letters.len(), 1, "nobody is told about an address that nobody has");
            assert_eq!(
                (letters[0].to.as_str(), letters[0].subject.as_str()),
                (IMOGEN, "Your password rests")
            );
        }
    );

    on_both_engines!(a_password_that_rests_locks_no_other_way, |house| async move {
        let subject = password_tries(&house.firm, "anwen@marlowe.example");
        let tx = house.firm.begin().await.expect("begun");
        keep(&tx, &subject, RESTS_AFTER, house.firm.now()).await.expect("kept");
        let anwen = house.people.anwen.uuid();
        let side = domain::client::Side::Contact;
        sign_in::admit(&tx, side, anwen, "link", "", &Device::default())
            .await
            .expect("a link lets in");
        tx.commit().await.expect("committed");
        let left = failures(house.firm.db(), &subject).await.expect("read");
        assert_eq!(left, 0, "and wakes the password");
    });

    on_both_engines!(
        attack_21_ten_wrong_codes_in_a_row_ask_for_a_mailed_one_on_top,
        |house| async move {
            let (firm, visitor) = (&house.firm, &Actor::Visitor);
            let wrong = {
                let right: u32 = code_of(firm, IMOGEN).await.parse().expect("digits");
                format!("{:06}", (right + 500_000) % 1_000_000)
            };
            let mut guesses = 0;
            // A month of whoever has the password: more steps a day give no more tries.
            for _ in 0..60 {
                house.advance(12 * 3600);
                let entered = try_password(&house, IMOGEN, PASSWORD)
                    .await
                    .expect("the password is right");
                for _ in 0..5 {
                    let answer = told(give_code(&house, entered.step(), &wrong).await);
                    if answer != Problem::field(Field::Form, Reason::MailedCodeFirst) {
                        guesses += 1;
                    }
                }
            }
            assert_eq!(guesses, SECOND_ROUTE_AFTER, "three codes in a million each: 3e-5");

            // The owner comes in by the mailed code and the app, and the count begins anew.
            let entered = try_password(&house, IMOGEN, PASSWORD)
                .await
                .expect("the password is right");
            let code = code_of(firm, IMOGEN).await;
            let first = Problem::field(Field::Form, Reason::MailedCodeFirst);
            assert_eq!(told(give_code(&house, entered.step(), &code).await), first);
            sign_in::mail_step_code(firm, visitor, entered.step())
                .await
                .expect("mailed");
            assert!(matches!(
                told(sign_in::mail_step_code(firm, visitor, entered.step()).await),
                Problem::TooMany { seconds: 30 }
            ));
            house.work().await.expect("worked");
            let letter = house
                .letters()
                .into_iter()
                .find(|letter| letter.subject == "A code for your second step");
            let text = letter.expect("a letter").text;
            let mailed = text
                .lines()
                .find(|line| line.len() == 9 && line.chars().nth(4) == Some(' '))
                .expect("a code");
            assert!(
                sign_in::give_mailed_code(firm, visitor, "2222 2222", entered.step())
                    .await
                    .is_err()
            );
            sign_in::give_mailed_code(firm, visitor, mailed, entered.step())
                .await
                .expect("right");
            give_code(&house, entered.step(), &code).await.expect("let in");
            let subject = factor_tries(firm, house.people.imogen.uuid());
            assert_eq!(failures(firm.db(), &subject).await.expect("read"), 0);
        }
    );

    on_both_engines!(
        attack_21_an_owner_who_comes_in_by_mail_every_day_gives_a_guesser_32_guesses_in_thirty_days,
        |house| async move {
            let (firm, visitor) = (&house.firm, &Actor::Visitor);
            let mut guesses = 0;
            for _ in 0..30 {
                house.advance(24 * 3600);
                let right: u32 = code_of(firm, IMOGEN).await.parse().expect("digits");
                let wrong = format!("{:06}", (right + 500_000) % 1_000_000);
                for _ in 0..3 {
                    let guessing = try_password(&house, IMOGEN, PASSWORD).await.expect("right");
                    for _ in 0..5 {
                        let answer = told(give_code(&house, guessing.step(), &wrong).await);
                        guesses += i32::from(answer != Problem::field(Field::Form, Reason::MailedCodeFirst));
                    }
                }
                let own = try_password(&house, IMOGEN, PASSWORD).await.expect("right");
                sign_in::mail_step_code(firm, visitor, own.step())
                    .await
                    .expect("mailed");
                house.work().await.expect("worked");
                let mut letters = house.letters().into_iter();
                let letter = letters.find(|letter| letter.subject == "A code for your second step");
                let text = letter.expect("a letter").text;
                let is_code = |line: &&str| line.len() == 9 && line.chars().nth(4) == Some(' ');
                let mailed = text.lines().find(is_code).expect("a code");
                sign_in::give_mailed_code(firm, visitor, mailed, own.step())
                    .await
                    .expect("right");
                let code = code_of(firm, IMOGEN).await;
                give_code(&house, own.step(), &code).await.expect("let in");
            }
            assert!(guesses <= 2 * MONTHLY, "{guesses} guesses");
            assert!(f64::from(2 * MONTHLY) * 3e-6 <= 1e-4, "S5");
        }
    );

    on_both_engines!(
        the_owner_signing_in_every_day_gives_a_guesser_no_further_tries,
        |house| async move {
            let subject = factor_tries(&house.firm, house.people.imogen.uuid());
            let right: u32 = code_of(&house.firm, IMOGEN).await.parse().expect("digits");
            let wrong = format!("{:06}", (right + 500_000) % 1_000_000);
            let guessing = try_password(&house, IMOGEN, PASSWORD)
                .await
                .expect("the password is right");
            for _ in 0..4 {
                told(give_code(&house, guessing.step(), &wrong).await);
            }
            house.staff_session(IMOGEN).await;
            assert_eq!(failures(house.firm.db(), &subject).await.expect("read"), 4);
        }
    );

    on_both_engines!(
        mails_are_sent_again_after_a_while_and_nobody_uses_up_anothers,
        |house| async move {
            let send = |network: &'static str, to: &'static str| {
                let firm = std::sync::Arc::clone(&house.firm);
                async move {
                    let tx = firm.begin().await.expect("begun");
                    let may = may_send(&tx, Sending::Mail, to, network).await;
                    tx.commit().await.expect("committed");
                    may
                }
            };
            let (here, there) = ("192.0.2.0/24", "198.51.100.0/24");
            for to in ["anwen@marlowe.example", "nobody@elsewhere.example"] {
                send(here, to).await.expect("at once");
                assert_eq!(told(send(here, to).await), Problem::TooMany { seconds: 30 });
                send(there, to).await.expect("another network has pauses of its own");
                house.advance(30);
                send(here, to).await.expect("after 30 seconds");
                house.advance(30);
                assert_eq!(told(send(here, to).await), Problem::TooMany { seconds: 270 });
                house.advance(270);
                send(here, to).await.expect("after 5 minutes");
                house.advance(RESEND_FORGOTTEN);
                send(here, to).await.expect("at once again");
            }
        }
    );
}
