//! Address and password.

use super::{Entered, admit};
use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    error::{Error, Result},
    jobs::Job,
    networks::Tried,
    passwords,
    sessions::Device,
    throttle,
};
use domain::{Field, Reason, access::Action, client::Side, text};
use entity::firm::{address, contact, staff};
use sea_orm::{ConnectionTrait, EntityTrait};
use uuid::Uuid;
use vault::Verdict;

struct Account {
    side: Side,
    person: Uuid,
    hash: String,
}

/// Signs in with address and password. An unknown address, one without a password and a wrong password cost the same
/// statements and one Argon2 run each, and get one answer.
///
/// # Errors
/// The address has not the shape of one, the pair does not match, or there were too many tries; a right password is too
/// short to stand alone.
pub async fn with_password(
    firm: &Firm,
    actor: &Actor,
    address: &str,
    password: &str,
    next: &str,
    device: &Device,
) -> Result<Entered> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let mail = text::address(address)?;
    if password.is_empty() {
        return Err(Error::refused(Field::Password, Reason::Empty));
    }
    firm.take_try(Tried::SignIn, device)?;
    let subject = throttle::password_tries(firm, &mail);
    count_at_door(firm, &subject, &mail).await?;
    let account = find(firm.db(), &mail).await?;
    let verdict = match &account {
        Some(account) => firm.hasher.verify(password, &account.hash).await,
        None => firm.hasher.verify_unknown(password).await,
    };
    let (Some(account), Verdict::Right | Verdict::RightButOld) = (account, verdict) else {
        return Err(Error::refused(Field::Password, Reason::WrongPair));
    };
    let upgraded = match verdict {
        Verdict::RightButOld => firm.hasher.hash(password).await.ok(),
        _ => None,
    };
    firm.give_back(Tried::SignIn, device);
    let tx = firm.begin().await?;
    // Changed, suspended or removed while the hash was computed: then the proof is void.
    let still = find(tx.db(), &mail).await?;
    if !still.is_some_and(|now| now.person == account.person && now.hash == account.hash) {
        return Err(Error::refused(Field::Password, Reason::WrongPair));
    }
    passwords::must_be_long_enough(&tx, account.side, account.person, password).await?;
    throttle::clear(&tx, &subject).await?;
    if let Some(hash) = upgraded {
        passwords::write(&tx, account.side, account.person, Some(hash)).await?;
    }
    let entered = admit(&tx, account.side, account.person, "password", next, device).await?;
    tx.commit().await?;
    Ok(entered)
}

/// Counts a try before it is checked, so that tries side by side cost as much as tries in a row.
///
/// # Errors
/// The account is slowed down, or its password rests.
pub(crate) async fn count_try(firm: &Firm, subject: &[u8]) -> Result<()> {
    let tx = firm.begin().await?;
    throttle::count_password(&tx, subject).await?;
    tx.commit().await
}

/// As [`count_try`], at the door: with the try after which the password rests, its owner is told. Known and unknown
/// addresses cost the same; the worker decides whether there is anybody to tell.
async fn count_at_door(firm: &Firm, subject: &[u8], mail: &str) -> Result<()> {
    let tx = firm.begin().await?;
    if throttle::count_password(&tx, subject).await? {
        let at = firm.now();
        let job = Job::PasswordRests {
            address: mail.to_owned(),
            at,
        };
        tx.follow_up(&job, at).await?;
    }
    tx.commit().await
}

async fn find(db: &impl ConnectionTrait, mail: &str) -> Result<Option<Account>> {
    let owner = address::Entity::find_by_id(mail).one(db).await?;
    // The same two look-ups whatever the first one found.
    let person = owner.as_ref().map_or(Uuid::nil(), |row| row.person);
    let staff = staff::Entity::find_by_id(person).one(db).await?;
    let contact = contact::Entity::find_by_id(person).one(db).await?;
    let found = match (staff, contact) {
        (Some(row), _) if row.removed_at.is_none() => row.password.map(|hash| (Side::Staff, hash)),
        (_, Some(row)) if row.removed_at.is_none() && row.suspended_at.is_none() && row.activated_at.is_some() => {
            row.password.map(|hash| (Side::Contact, hash))
        }
        _ => None,
    };
    Ok(found.map(|(side, hash)| Account { side, person, hash }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        on_both_engines, sessions, sign_in,
        testing::{House, PASSWORD, code_of},
    };
    use domain::Problem;

    const SLOW_AFTER: i32 = 10;
    const SLOW_PAUSE: i64 = 120;

    async fn attempt(house: &House, address: &str, password: &str) -> Result<Entered> {
        with_password(
            &house.firm,
            &Actor::Visitor,
            address,
            password,
            "/office/inbox",
            &Device::default(),
        )
        .await
    }

    fn told(result: Result<Entered>) -> Problem {
        match result {
            Err(Error::Problem(problem)) => problem,
            Err(fault) => panic!("a fault: {fault:?}"),
            Ok(_) => panic!("it was let in"),
        }
    }

    on_both_engines!(staff_sign_in_with_address_and_password_and_app, |house| async move {
        let entered = attempt(&house, " Imogen@HarcourtPell.example", PASSWORD)
            .await
            .expect("let in");
        assert_eq!(
            (entered.side, entered.token()),
            (Side::Staff, None),
            "a second factor comes first"
        );
        let code = code_of(&house.firm, "imogen@harcourtpell.example").await;
        let device = Device::default();
        let entered = sign_in::give_code(&house.firm, &Actor::Visitor, &code, entered.step(), &device)
            .await
            .expect("let in");
        assert_eq!((entered.side, entered.next.as_str()), (Side::Staff, "/office/inbox"));
        let token = entered.token().expect("a session");
        let session = sessions::resume(&house.firm, token)
            .await
            .expect("read")
            .expect("a session");
        assert!(session.actor.is_staff());
        assert!(
            sessions::resume(&house.other, token).await.expect("read").is_none(),
            "another firm's"
        );
    });

    on_both_engines!(
        every_wrong_pair_gets_one_answer_and_costs_one_hash,
        |house| async move {
            let wrong = Problem::field(Field::Password, Reason::WrongPair);
            for (address, password) in [
                ("imogen@harcourtpell.example", "not the passphrase"),
                ("nobody@elsewhere.example", PASSWORD),
                // A contact without a password.
                ("anwen@marlowe.example", PASSWORD),
            ] {
                let before = house.firm.password_runs();
                assert_eq!(told(attempt(&house, address, password).await), wrong);
                assert_eq!(house.firm.password_runs() - before, 1, "{address}");
            }
        }
    );

    on_both_engines!(ten_failures_slow_an_account_down_known_or_not, |house| async move {
        for address in ["imogen@harcourtpell.example", "nobody@elsewhere.example"] {
            for _ in 0..SLOW_AFTER {
                told(attempt(&house, address, "wrong").await);
            }
            assert_eq!(
                told(attempt(&house, address, PASSWORD).await),
                Problem::TooMany { seconds: 120 }
            );
        }
        house.advance(SLOW_PAUSE);
        assert!(
            attempt(&house, "imogen@harcourtpell.example", PASSWORD).await.is_ok(),
            "nobody is locked out for good"
        );
        assert!(
            attempt(&house, "imogen@harcourtpell.example", PASSWORD).await.is_ok(),
            "and the count is forgotten"
        );
    });

    on_both_engines!(the_hash_is_argon2id_at_the_floor_or_over_it, |house| async move {
        let row = staff::Entity::find_by_id(house.people.imogen.uuid())
            .one(house.firm.db())
            .await
            .expect("read")
            .expect("a row");
        let hash = row.password.expect("a hash");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    });
}
