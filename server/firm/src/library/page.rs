//! A file's own page.

use super::{folders::Tree, list};
use crate::{
    Actor, Firm,
    actor::{Nobodys, allow, author_side_of, side_name, side_of},
    directory::Directory,
    error::{Error, Result},
    files, room, scan,
};
use domain::{
    FileId, Moment,
    access::{Action, may},
    client::Side,
    library::{FileView, Look, Version},
    limits,
};
use entity::firm::{file, file_look, file_version};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

/// The page of a file.
///
/// # Errors
/// The file is not in the actor's scope, or lies in the trash and a contact asks: `NotFound`.
pub async fn view(firm: &Firm, actor: &Actor, id: FileId) -> Result<FileView> {
    allow(actor, Action::ReadFile, &Nobodys)?;
    let mut select = files::seen(actor)?.filter(file::Column::Id.eq(id.uuid()));
    if !actor.is_staff() {
        select = files::visible(actor, select);
    }
    let found = files::rows(firm, select).await?;
    let row = file::Entity::find_by_id(id.uuid())
        .one(firm.db())
        .await?
        .ok_or_else(Error::not_found)?;
    let shown = list::shown(firm, actor, found).await?;
    let shown = shown.into_iter().next().ok_or_else(Error::not_found)?;
    let looks = looks(firm, actor, &row).await?;
    let opened = looks.iter().any(|look| look.side == Side::Contact);
    let keeps = may(actor.role(), Action::KeepLibrary);
    let folders = if keeps {
        Tree::of(firm, firm.db(), vec![row.client]).await?.all()
    } else {
        Vec::new()
    };
    let sent = list::sent_at(row.version, row.created_at, shown.file.received.0);
    let withdraw_until = Moment(sent).plus_seconds(limits::WITHDRAW_SECONDS);
    Ok(FileView {
        shared: shared(firm, actor, &row).await?,
        versions: versions(firm, actor, &row).await?,
        may_renew: shown.file.gone.is_none(),
        file_limit: room::file_limit(firm, row.client.into()).await?,
        may_hide: keeps && shown.shared && row.message.is_none() && !opened && shown.file.gone.is_none(),
        swept: row
            .trashed_at
            .map(|at| Moment(at).plus_seconds(limits::TRASH_SECONDS))
            .filter(|_| keeps),
        withdraw_until: (shown.may_withdraw && withdraw_until > firm.now()).then_some(withdraw_until),
        looks,
        folders,
        row: shown,
        now: firm.now(),
    })
}

async fn shared(firm: &Firm, actor: &Actor, row: &file::Model) -> Result<Option<(String, Moment)>> {
    let Some((by, at)) = row.shared_by.zip(row.shared_at) else {
        return Ok(None);
    };
    // Whoever shares what they did not send themselves is of staff.
    let side = if by == row.author {
        author_side_of(&row.author_side)?
    } else {
        Side::Staff
    };
    let names = Directory::of(firm, actor, [(side, by)], []).await?;
    Ok(Some((names.person(side, by).name, Moment(at))))
}

async fn versions(firm: &Firm, actor: &Actor, file: &file::Model) -> Result<Vec<Version>> {
    let rows = file_version::Entity::find()
        .filter(file_version::Column::File.eq(file.id))
        .order_by_desc(file_version::Column::Version)
        .all(firm.db())
        .await?;
    let sender = |row: &file_version::Model| {
        let side = row.author_side.as_deref().unwrap_or(&file.author_side);
        Ok((author_side_of(side)?, row.author.unwrap_or(file.author)))
    };
    let senders = rows.iter().map(sender).collect::<Result<Vec<_>>>()?;
    let names = Directory::of(firm, actor, senders.iter().copied(), []).await?;
    rows.into_iter()
        .zip(senders)
        .map(|(row, (side, author))| {
            Ok(Version {
                number: row.version,
                size: row.size.unsigned_abs(),
                sha256: files::hex(&row.sha256),
                received: Moment(row.received_at),
                name: match &row.name {
                    Some(name) => name.open(files::version_place(firm, row.file, row.version))?,
                    None => file.name.open(firm.at("file", "name", file.id))?,
                },
                sender: names.person(side, author).name,
                check: scan::check(firm, row.scan.as_deref(), row.found.as_deref())?,
            })
        })
        .collect()
}

/// Who opened a file. Staff see everybody; contacts see that staff opened what their side sent.
async fn looks(firm: &Firm, actor: &Actor, row: &file::Model) -> Result<Vec<Look>> {
    if !actor.is_staff() && row.author_side != side_name(Side::Contact) {
        return Ok(Vec::new());
    }
    let mut select = file_look::Entity::find().filter(file_look::Column::File.eq(row.id));
    if !actor.is_staff() {
        select = select.filter(file_look::Column::ReaderSide.eq(side_name(Side::Staff)));
    }
    let rows = select.order_by_asc(file_look::Column::FirstAt).all(firm.db()).await?;
    let readers = rows
        .iter()
        .map(|look| Ok((side_of(&look.reader_side)?, look.reader)))
        .collect::<Result<Vec<_>>>()?;
    let names = Directory::of(firm, actor, readers.iter().copied(), []).await?;
    let looks = rows.into_iter().zip(readers).map(|(look, (side, reader))| Look {
        name: names.person(side, reader).name,
        side,
        first: Moment(look.first_at),
        downloaded: look.downloaded_at.map(Moment),
    });
    Ok(looks.collect())
}
