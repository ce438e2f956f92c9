//! What the office sees of its stores, and how it tests the one for new files.

use super::FirmStores;
use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    error::{Fault, Result},
    settings,
};
use domain::{Moment, access::Action};
use entity::firm::{file_part, setting};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// The row that keeps the last test.
const LAST: &str = "storage.probe";

/// What the office sees of its stores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreView {
    /// The name of the store for new files.
    pub name: String,
    /// Where it is.
    pub region: String,
    /// Where the firm's files have to be, if that was said.
    pub residency: Option<String>,
    /// The last test of it, if there was one.
    pub last: Option<Probed>,
    /// Stores with earlier files.
    pub earlier: Vec<Earlier>,
}

/// A store with files from before the firm got another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// Its name.
    pub name: String,
    /// Where it is; none if it is not set up any more, and its files cannot be read.
    pub region: Option<String>,
}

/// How a test went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probed {
    /// When.
    pub at: Moment,
    /// The milliseconds that it took; none if it failed.
    pub millis: Option<u64>,
}

/// Where the firm's files are.
///
/// # Errors
/// The actor may not change the firm's settings, or the database fails.
pub async fn view(firm: &Firm, actor: &Actor) -> Result<StoreView> {
    allow(actor, Action::RunSettings, &Nobodys)?;
    let FirmStores { own, residency, .. } = &firm.stores;
    let name = own.name().as_str();
    let names: Vec<String> = file_part::Entity::find()
        .select_only()
        .column(file_part::Column::Store)
        .distinct()
        .filter(file_part::Column::Store.ne(name))
        .order_by_asc(file_part::Column::Store)
        .into_tuple()
        .all(firm.db())
        .await?;
    let earlier = names.into_iter().map(|name| {
        let region = firm.stores.named(&name).ok();
        Earlier {
            region: region.map(|store| store.region().as_str().to_owned()),
            name,
        }
    });
    Ok(StoreView {
        name: name.to_owned(),
        region: own.region().as_str().to_owned(),
        residency: residency.as_ref().map(|region| region.as_str().to_owned()),
        last: last(firm, name).await?,
        earlier: earlier.collect(),
    })
}

/// Writes, reads and deletes a small object in the store for new files, and keeps how that went.
///
/// # Errors
/// The actor may not change the firm's settings; the store is in another region; whatever the store says.
pub async fn probe(firm: &Firm, actor: &Actor) -> Result<()> {
    allow(actor, Action::RunSettings, &Nobodys)?;
    let store = firm.stores.for_new(firm.id)?;
    let took = store.probe(&firm.random).await;
    let millis = match &took {
        Ok(took) => took.as_millis().to_string(),
        Err(_) => String::new(),
    };
    let value = format!("{} {} {millis}", store.name().as_str(), firm.now().0);
    let tx = firm.begin().await?;
    settings::keep(tx.db(), LAST, value).await?;
    tx.commit().await?;
    took?;
    Ok(())
}

/// The last test, if it was of this store.
async fn last(firm: &Firm, store: &str) -> Result<Option<Probed>> {
    let Some(row) = setting::Entity::find_by_id(LAST).one(firm.db()).await? else {
        return Ok(None);
    };
    let odd = || Fault::Inconsistent("a setting that cannot be read");
    let mut words = row.value.split(' ');
    let (Some(of), Some(at), Some(millis)) = (words.next(), words.next(), words.next()) else {
        return Err(odd().into());
    };
    let probed = Probed {
        at: Moment(at.parse().map_err(|_| odd())?),
        millis: match millis {
            "" => None,
            millis => Some(millis.parse().map_err(|_| odd())?),
        },
    };
    Ok((of == store).then_some(probed))
}
