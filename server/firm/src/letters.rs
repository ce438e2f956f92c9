//! The words of the firm's mails. They say that something waits, never what.

mod address;
mod guest;
mod invitation;
mod join;
mod page;
mod reset;
mod security;

pub(crate) use address::{Move, Moved, Proof, mail_moved, mail_proof};
pub(crate) use guest::{mail_guest_code, mail_received, mail_upload_link};
pub(crate) use invitation::{Invitation, mail_invitation, mail_proof_code};
pub(crate) use join::{ToTheTeam, mail_invitation_to_team};
pub(crate) use reset::{Reset, mail_no_reset, mail_reset};
pub(crate) use security::{Happened, mail_happened, mail_resting, mail_step_code};

use crate::{
    Firm, Letter, Text, clients,
    error::Result,
    invitations,
    jobs::Outcome,
    links,
    sign_in::{self, Addressee},
};
use domain::{ContactId, LinkId, Moment};
use entity::firm::contact;
use sea_orm::EntityTrait;

/// Mails a sign-in link, if the address is somebody's. Nobody is told otherwise: the request has long answered.
pub(crate) async fn mail_link(
    firm: &Firm,
    link: LinkId,
    address: &str,
    secret: &str,
    code: &str,
    asked: Moment,
) -> Result<Outcome> {
    let Some(addressee) = sign_in::addressee(firm, address).await? else {
        return Ok(Outcome::Done);
    };
    let until = sign_in::until(firm, link).await?;
    if firm.now() > until {
        return Ok(Outcome::Done);
    }
    let base = firm.origin();
    let letter = match addressee {
        // They have nothing to sign in to yet: whoever was invited is invited afresh instead.
        Addressee::Waiting { contact } => return invitations::again(firm, contact).await,
        Addressee::Contact { name } => {
            let link = format!("{base}/link/{link}#{secret}");
            let spaced = links::spaced(code);
            let minutes = until.seconds_since(asked) / 60;
            page::letter(
                firm,
                address,
                // The time sets two mails of one afternoon apart, in the list and in the reader's mind.
                format!("Your link to sign in, asked for at {} UTC", asked.clock()),
                &page::Words {
                    greeting: format!("Hello {},", first_name(&name)),
                    lead: format!("here is your link to sign in to the portal of {}.", firm.card.name),
                    button: Some(("Sign in to your portal".to_owned(), link)),
                    code: Some((
                        "On another device, or if the button does nothing, type this code in the window where you asked:".to_owned(),
                        spaced,
                    )),
                    after: vec![
                        format!("Link and code work once, until {} UTC ({minutes} minutes).", until.clock()),
                        "You did not ask? Then you need do nothing: nobody gets in without this email and the browser that asked.".to_owned(),
                    ],
                },
            )
        }
        Addressee::Staff { name } => page::letter(
            firm,
            address,
            "You sign in with your password".to_owned(),
            &page::Words {
                greeting: format!("Hello {},", first_name(&name)),
                lead: format!(
                    "somebody asked for a sign-in link for this address. Staff of {} sign in with address and password, so no link was made.",
                    firm.card.name
                ),
                button: Some(("Go to the password page".to_owned(), format!("{base}/sign-in/manually"))),
                code: None,
                after: vec!["You did not ask? Then you need do nothing.".to_owned()],
            },
        ),
    };
    Ok(send(letter))
}

/// Tells a contact that something waits.
pub(crate) async fn mail_notice(firm: &Firm, contact: ContactId) -> Result<Outcome> {
    let Some(row) = contact::Entity::find_by_id(contact.uuid()).one(firm.db()).await? else {
        return Ok(Outcome::Done);
    };
    // Whoever is let in nowhere has nothing to open.
    if row.removed_at.is_some() || row.suspended_at.is_some() || !clients::is_let_in(firm.db(), row.id).await? {
        return Ok(Outcome::Done);
    }
    let letter = page::letter(
        firm,
        &row.address,
        format!("Something waits for you at {}", firm.card.name),
        &page::Words {
            greeting: format!("Hello {},", first_name(&row.name)),
            lead: format!(
                "something new waits for you in the portal of {}. For your privacy, this email does not say what it is.",
                firm.card.name
            ),
            button: Some(("Open the portal".to_owned(), format!("{}/home", firm.origin()))),
            code: None,
            after: Vec::new(),
        },
    );
    Ok(send(letter))
}

/// A text message, unless its time is over.
#[expect(clippy::unnecessary_wraps, reason = "as every job's run")]
pub(crate) fn text(firm: &Firm, to: &str, words: &str, until: Moment) -> Result<Outcome> {
    if firm.now() > until {
        return Ok(Outcome::Done);
    }
    Ok(Outcome::Text(Text {
        to: to.to_owned(),
        words: words.to_owned(),
        at: firm.now(),
    }))
}

/// What a job of mail ends in: the worker hands the letter to the courier, under the job's id, and keeps the log.
fn send(letter: Letter) -> Outcome {
    Outcome::Letter(Box::new(letter))
}

fn first_name(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use crate::{jobs::Job, on_both_engines, testing::House};

    async fn queue_text(house: &House, words: &str, seconds: i64) {
        let job = Job::Text {
            contact: Some(house.people.anwen),
            to: "+447700900042".to_owned(),
            words: words.to_owned(),
            until: house.firm.now().plus_seconds(seconds),
        };
        let mut tx = house.firm.begin().await.expect("begun");
        tx.job(&job, house.firm.now()).await.expect("queued");
        tx.commit().await.expect("committed");
    }

    on_both_engines!(a_text_message_leaves_once, |house| async move {
        queue_text(&house, "Your code is 123456.", 600).await;
        assert!(
            house.texts().is_empty(),
            "nothing leaves before the commit's work is done"
        );
        house.work().await.expect("worked");
        house.work().await.expect("worked again");
        let texts = house.texts();
        assert_eq!(texts.len(), 1);
        assert_eq!(
            (texts[0].to.as_str(), texts[0].words.as_str()),
            ("+447700900042", "Your code is 123456.")
        );
    });

    on_both_engines!(a_text_message_that_comes_too_late_does_not_go, |house| async move {
        queue_text(&house, "Your code is 123456.", 600).await;
        house.advance(601);
        house.work().await.expect("worked");
        assert!(house.texts().is_empty());
        assert_eq!(crate::jobs::waiting(&house.firm).await.expect("counted"), 0);
    });
}
