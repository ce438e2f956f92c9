//! The mails of upload-only links: the link itself, the code that proves a guest's address, and that something came.

use super::page;
use crate::{
    Firm,
    error::Result,
    jobs::Outcome,
    links, people,
    upload_links::{self, guests},
};
use domain::{
    GuestId, Moment, StaffId, UploadLinkId,
    client::Side,
    contact::first_name,
    upload_link::{Standing, office_path, path},
};

/// Mails a link, as long as it works.
pub(crate) async fn mail_upload_link(
    firm: &Firm,
    link: UploadLinkId,
    secret: &str,
    address: &str,
    by: &str,
) -> Result<Outcome> {
    let (row, standing) = upload_links::find_with_standing(firm, firm.db(), link).await?;
    if standing != Standing::Open {
        return Ok(Outcome::Done);
    }
    let name = &firm.card.name;
    let mut after = Vec::new();
    if row.pin_mac.is_some() {
        after.push(format!("A PIN is asked for as well. {by} tells it to you another way."));
    }
    after.push(format!(
        "The link works until {}. Whoever has it can send files with it, and nobody can see any.",
        Moment(row.expires_at).full()
    ));
    after.push(format!(
        "Sent because {by} entered your address. It was not meant for you? Then you need do nothing."
    ));
    let letter = page::letter(
        firm,
        address,
        format!("{name} ask you for files"),
        &page::Words {
            greeting: "Hello,".to_owned(),
            lead: format!(
                "{by} of {name} asks you for files. You need no account: open the page, prove your email address, and choose the files. They are encrypted on the way and where they are kept."
            ),
            button: Some((
                "Send the files".to_owned(),
                format!("{}{}#{secret}", firm.origin(), path(link)),
            )),
            code: None,
            after,
        },
    );
    Ok(Outcome::Letter(Box::new(letter)))
}

/// Mails the code that proves a guest's address, unless its time is over.
pub(crate) async fn mail_guest_code(firm: &Firm, guest: GuestId, code: &str, until: Moment) -> Result<Outcome> {
    let found = guests::with_link(firm, guest).await?;
    // A later code, to another address perhaps, took the place of those before it: they go nowhere.
    let found = found.filter(|(_, row)| guests::is_code(firm, row, code) && firm.now() < until);
    let Some(address) = found.and_then(|(_, row)| row.address) else {
        return Ok(Outcome::Done);
    };
    let letter = page::letter(
        firm,
        &address,
        format!("Your code to send files to {}", firm.card.name),
        &page::Words {
            greeting: "Hello,".to_owned(),
            lead: "type this code on the page that asked for it.".to_owned(),
            button: None,
            code: Some((
                format!("It works until {}:", until.full()),
                links::spaced(code),
            )),
            after: vec![
                "You did not ask? Then somebody typed your address, and you need do nothing. We never ask for this code, by phone or by email."
                    .to_owned(),
            ],
        },
    );
    Ok(Outcome::Letter(Box::new(letter)))
}

/// Tells the maker of a link that something came by it, never what.
pub(crate) async fn mail_received(firm: &Firm, staff: StaffId, link: UploadLinkId) -> Result<Outcome> {
    let Some(person) = people::find(firm.db(), Side::Staff, staff.uuid()).await? else {
        return Ok(Outcome::Done);
    };
    let row = upload_links::find(firm.db(), link).await?;
    let letter = page::letter(
        firm,
        &person.address,
        "Something came by an upload link of yours".to_owned(),
        &page::Words {
            greeting: format!("Hello {},", first_name(None, &person.name)),
            lead: "somebody sent files by an upload link that you made. For privacy, this email does not say what. They are internal until you share them.".to_owned(),
            button: Some((
                "Open the link’s page".to_owned(),
                format!("{}{}", firm.origin(), office_path(row.client.into())),
            )),
            code: None,
            after: Vec::new(),
        },
    );
    Ok(Outcome::Letter(Box::new(letter)))
}
