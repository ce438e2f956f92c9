//! The button for the firm's own website.

use super::keep;
use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    error::Result,
};
use domain::{
    access::Action,
    button::{Button, Look},
};
use entity::firm::setting;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

const LOOK: &str = "button_look";
const WORDS: &str = "button_words";

/// What the firm chose. The button itself asks, so everybody may know.
///
/// # Errors
/// The database fails.
pub async fn read(firm: &Firm) -> Result<Button> {
    let rows = setting::Entity::find()
        .filter(setting::Column::Name.is_in([LOOK, WORDS]))
        .all(firm.db())
        .await?;
    let of = |name: &str| rows.iter().find(|row| row.name == name).map(|row| row.value.clone());
    let usual = Button::default();
    Ok(Button {
        look: of(LOOK).and_then(|name| Look::named(&name)).unwrap_or(usual.look),
        words: of(WORDS).unwrap_or(usual.words),
    })
}

/// What the firm chose, for the page that changes it.
///
/// # Errors
/// The actor may not run the firm, or the database fails.
pub async fn open(firm: &Firm, actor: &Actor) -> Result<Button> {
    allow(actor, Action::RunFirm, &Nobodys)?;
    read(firm).await
}

/// Changes it; websites that use the script follow within an hour.
///
/// # Errors
/// The actor may not run the firm; the look or the words are refused.
pub async fn write(firm: &Firm, actor: &Actor, look: &str, words: &str) -> Result<()> {
    allow(actor, Action::RunFirm, &Nobodys)?;
    let button = Button::typed(look, words)?;
    let before = read(firm).await?;
    let tx = firm.begin().await?;
    if before.look != button.look {
        keep(tx.db(), LOOK, button.look.name().to_owned()).await?;
        tx.audit(actor, "settings.button_look", None).await?;
    }
    if before.words != button.words {
        keep(tx.db(), WORDS, button.words).await?;
        tx.audit(actor, "settings.button_words", None).await?;
    }
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{on_both_engines, testing::House};
    use entity::firm::audit_entry;
    use sea_orm::PaginatorTrait;

    on_both_engines!(
        a_change_is_kept_and_each_field_is_in_the_audit_log,
        |house: House| async move {
            let (firm, imogen) = (&house.firm, house.imogen());
            assert_eq!(open(firm, &imogen).await.expect("read"), Button::default());
            let entries = || async {
                audit_entry::Entity::find()
                    .filter(audit_entry::Column::Verb.starts_with("settings.button"))
                    .count(firm.db())
                    .await
                    .expect("counted")
            };
            write(firm, &imogen, "outline", "Client login").await.expect("written");
            assert_eq!(entries().await, 1, "the words stayed");
            write(firm, &imogen, "quiet", "My portal").await.expect("written");
            assert_eq!(entries().await, 3);
            let chosen = open(firm, &imogen).await.expect("read");
            assert_eq!((chosen.look, chosen.words.as_str()), (Look::Quiet, "My portal"));
            assert_eq!(read(&house.other).await.expect("read"), Button::default());
        }
    );

    on_both_engines!(members_and_contacts_do_not_change_it, |house: House| async move {
        for actor in [house.tomasz(), house.anwen(), Actor::Visitor] {
            assert!(open(&house.firm, &actor).await.is_err());
            assert!(write(&house.firm, &actor, "quiet", "Mine").await.is_err());
        }
        assert_eq!(read(&house.firm).await.expect("read"), Button::default());
    });
}
