//! What a firm says about itself on its pages, and what it chooses for itself.

pub mod button;
pub mod sign_in;
pub mod storage;

use crate::{database::Pools, error::Result, registry::FirmDraft};
use domain::{client, portal::FirmCard};
use entity::firm::setting;
use sea_orm::{ActiveValue::Set, ConnectionTrait, DatabaseConnection, EntityTrait, sea_query::OnConflict};

const PHONE: &str = "phone";
const HOURS: &str = "hours";
const HUE: &str = "accent_hue";
const CHROMA: &str = "accent_chroma";
/// The product's own accent: a quiet teal.
const ACCENT: (u16, u16) = (216, 75);
/// No screen clips a chroma up to here by much.
const MOST_CHROMA: u16 = 130;

pub(crate) async fn card(
    db: &DatabaseConnection,
    name: String,
    host: String,
    place: String,
    demo: bool,
) -> Result<FirmCard> {
    let rows = setting::Entity::find().all(db).await?;
    let text = |key: &str| {
        rows.iter()
            .find(|row| row.name == key)
            .map(|row| row.value.clone())
            .unwrap_or_default()
    };
    let number = |key: &str, otherwise: u16| text(key).parse().unwrap_or(otherwise);
    Ok(FirmCard {
        mark: client::mark(&name.replace('&', " ")),
        name,
        host,
        phone: text(PHONE),
        hours: text(HOURS),
        place,
        accent_hue: number(HUE, ACCENT.0) % 361,
        accent_chroma: number(CHROMA, ACCENT.1).min(MOST_CHROMA),
        demo,
    })
}

pub(crate) async fn write(database: &Pools, draft: &FirmDraft) -> Result<()> {
    let (hue, chroma) = draft.accent.unwrap_or(ACCENT);
    let all = [
        (PHONE, draft.phone.trim().to_owned()),
        (HOURS, draft.hours.trim().to_owned()),
        (HUE, hue.to_string()),
        (CHROMA, chroma.to_string()),
    ];
    let tx = database.begin().await?;
    for (name, value) in all {
        keep(&tx, name, value).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Writes one setting in place of what it was.
pub(crate) async fn keep(db: &impl ConnectionTrait, name: &str, value: String) -> Result<()> {
    setting::Entity::insert(setting::ActiveModel {
        name: Set(name.to_owned()),
        value: Set(value),
    })
    .on_conflict(
        OnConflict::column(setting::Column::Name)
            .update_column(setting::Column::Value)
            .to_owned(),
    )
    .exec_without_returning(db)
    .await?;
    Ok(())
}
