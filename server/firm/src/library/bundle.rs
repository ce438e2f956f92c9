//! Several files as one download: which ones, and where each lies in it.

use super::folders::Tree;
use crate::{
    Actor, Firm,
    actor::allow,
    clients, directory,
    error::{Error, Result},
    files,
};
use domain::{ClientId, FileId, Moment, access::Action, file as file_name};
use entity::firm::file;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use std::collections::{BTreeSet, HashSet};
use uuid::Uuid;

/// Files that are downloaded together.
pub struct Bundle {
    /// What the download is called, without its ending.
    pub name: String,
    /// In the order in which they lie in it.
    pub files: Vec<Bundled>,
    /// The client whose whole folder it is.
    pub client: Option<ClientId>,
}

/// A file and its place.
pub struct Bundled {
    /// The file.
    pub id: FileId,
    /// Folders and name with `/` between them: relative, without `.` and `..`, and another one for each file, also where
    /// capitals do not count.
    pub path: String,
    /// When it came.
    pub created: Moment,
}

/// The names that an export writes itself.
pub const MANIFEST: &str = "manifest.csv";
/// As [`MANIFEST`]: what `sha256sum -c` reads.
pub const CHECKSUMS: &str = "SHA256SUMS";
/// As [`MANIFEST`]: the files that went while the bundle was on its way.
pub const MISSING: &str = "Not included.txt";

/// The files that somebody chose.
///
/// # Errors
/// None was chosen, or too many; one is not in the actor's scope or cannot be opened.
pub async fn chosen(firm: &Firm, actor: &Actor, ids: &[FileId]) -> Result<Bundle> {
    let ids = super::change::ticked(ids)?;
    let rows = file::Entity::find()
        .filter(file::Column::Id.is_in(ids.iter().map(|id| id.uuid())))
        .order_by_asc(file::Column::CreatedAt)
        .order_by_asc(file::Column::Id)
        .all(firm.db())
        .await?;
    if rows.len() != ids.len() {
        return Err(Error::not_found());
    }
    for row in &rows {
        allow(actor, Action::ReadFile, &ClientId::from(row.client))?;
        files::openable(actor, row)?;
    }
    let owners: BTreeSet<Uuid> = rows.iter().map(|row| row.client).collect();
    let name = match owners.first() {
        Some(client) if owners.len() == 1 => clients::row(firm.db(), (*client).into()).await?.name,
        _ => "Files".to_owned(),
    };
    Ok(Bundle {
        name: dated(firm, &name),
        files: placed(firm, actor, &rows).await?,
        client: None,
    })
}

/// Every file of a client that the actor may open, noted in the audit log.
///
/// # Errors
/// The client is not in the actor's scope.
pub async fn export(firm: &Firm, actor: &Actor, client: ClientId) -> Result<Bundle> {
    allow(actor, Action::ReadFile, &client)?;
    let tx = firm.begin().await?;
    let name = clients::row(tx.db(), client).await?.name;
    let rows = files::visible(actor, file::Entity::find())
        .filter(file::Column::Client.eq(client.uuid()))
        .filter(file::Column::WithdrawnAt.is_null())
        .order_by_asc(file::Column::CreatedAt)
        .order_by_asc(file::Column::Id)
        .all(tx.db())
        .await?;
    let detail = match rows.len() {
        1 => "1 file".to_owned(),
        many => format!("{many} files"),
    };
    tx.audit_with(actor, "client.export", Some(client.uuid()), &detail)
        .await?;
    tx.commit().await?;
    Ok(Bundle {
        name: dated(firm, &name),
        files: placed(firm, actor, &rows).await?,
        client: Some(client),
    })
}

/// `Marlowe Ceramics Ltd, 2026-11-27`
fn dated(firm: &Firm, name: &str) -> String {
    let now = firm.now().machine();
    let day = now.split('T').next().unwrap_or_default();
    component(&format!("{name}, {day}"))
}

async fn placed(firm: &Firm, actor: &Actor, rows: &[file::Model]) -> Result<Vec<Bundled>> {
    let owners: HashSet<Uuid> = rows.iter().map(|row| row.client).collect();
    let several = owners.len() > 1;
    let tree = Tree::of(firm, firm.db(), owners.into_iter().collect()).await?;
    let labels = if several {
        directory::clients_of(firm, actor).await?
    } else {
        Vec::new()
    };
    let mut taken: HashSet<String> = [MANIFEST, CHECKSUMS, MISSING].map(str::to_lowercase).into();
    rows.iter()
        .map(|row| {
            let client = labels.iter().find(|label| label.id.uuid() == row.client);
            let folders = row.folder.map(|id| tree.path(id)).unwrap_or_default();
            let name = row.name.open(firm.at("file", "name", row.id))?;
            let mut path: String = client
                .map(|client| client.name.clone())
                .into_iter()
                .chain(folders.into_iter().map(|folder| folder.name))
                .map(|name| component(&name) + "/")
                .collect();
            path.push_str(&component(&name));
            Ok(Bundled {
                id: row.id.into(),
                path: unique(&mut taken, path),
                created: Moment(row.created_at),
            })
        })
        .collect()
}

/// A part of a path that stays where it is put: names of folders and clients are typed by people, so a slash or `..` may
/// stand in them.
fn component(name: &str) -> String {
    file_name::name(&name.replace(['/', '\\'], "-")).unwrap_or_else(|_| "Unnamed".to_owned())
}

/// The path, or with a number before its extension where it is taken. Windows and macOS take capitals for the same.
fn unique(taken: &mut HashSet<String>, path: String) -> String {
    if taken.insert(path.to_lowercase()) {
        return path;
    }
    let name = path.rfind('/').map_or(0, |slash| slash + 1);
    let dot = path[name..]
        .rfind('.')
        .filter(|dot| *dot > 0)
        .map_or(path.len(), |dot| name + dot);
    let (stem, extension) = path.split_at(dot);
    let mut number = 2;
    loop {
        let next = format!("{stem} ({number}){extension}");
        if taken.insert(next.to_lowercase()) {
            return next;
        }
        number += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_taken_path_gets_a_number_before_its_extension() {
        let mut taken = HashSet::new();
        let given = [
            "A/Bank.pdf",
            "a/bank.PDF",
            "A/Bank.pdf",
            "A.b/Bank",
            "A.b/Bank",
            "Bank (2).pdf",
        ];
        let got = given.map(|path| unique(&mut taken, path.to_owned()));
        let expected = [
            "A/Bank.pdf",
            "a/bank (2).PDF",
            "A/Bank (3).pdf",
            "A.b/Bank",
            "A.b/Bank (2)",
            "Bank (2).pdf",
        ];
        assert_eq!(got, expected);
    }

    #[test]
    fn no_name_climbs_out_of_its_folder() {
        assert_eq!(component("../../etc/passwd"), "-..-etc-passwd");
        assert_eq!(component(".."), "Unnamed");
        assert_eq!(component("C:\\Windows"), "C_-Windows");
    }

    proptest! {
        #[test]
        fn every_component_is_one_plain_name(name in ".{0,300}") {
            let kept = component(&name);
            prop_assert!(!kept.is_empty() && !kept.contains(['/', '\\', '\0']));
            prop_assert!(kept != "." && kept != "..");
        }
    }
}
