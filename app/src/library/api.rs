//! Server functions of folders. What is done to files goes through a door of its own, because a form names several.

use crate::{
    desk::{Told, desk},
    error::AppError,
    office::posted::{chosen, not_offered},
};
use domain::{ClientId, Field, FolderId, library::FileQuery, office::Query, said::Said};
use firm::library;
use leptos::prelude::*;

/// The address of a client's files, in a folder if one is given.
fn files_of(client: ClientId, folder: Option<FolderId>) -> String {
    let query = FileQuery {
        office: true,
        client: Some(client),
        folder,
        ..FileQuery::default()
    };
    query.address()
}

/// Adds a folder.
///
/// # Errors
/// The name is refused, or the client is not in the reader's scope.
#[server(prefix = "/api", endpoint = "add_folder")]
pub async fn add_folder(
    /// Whose.
    client: ClientId,
    /// The folder around it; empty for none.
    #[server(default)]
    parent: String,
    /// The name.
    name: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let parent = chosen(&parent, Field::Folder)?;
    let id = library::add_folder(&desk.firm, &desk.actor, client, parent, &name)
        .await
        .told(&desk)?;
    desk.done(Said::FolderAdded, &files_of(client, Some(id)));
    Ok(())
}

/// Gives a folder another name, or takes it away.
///
/// # Errors
/// The name is refused, or the folder is not in the reader's scope.
#[server(prefix = "/api", endpoint = "change_folder")]
pub async fn change_folder(
    /// Which.
    id: FolderId,
    /// `rename` or `remove`.
    step: String,
    /// The new name.
    #[server(default)]
    name: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    match step.as_str() {
        "rename" => {
            let client = library::rename_folder(&desk.firm, &desk.actor, id, &name)
                .await
                .told(&desk)?;
            desk.done(Said::Saved, &files_of(client, Some(id)));
        }
        "remove" => {
            let (client, around) = library::remove_folder(&desk.firm, &desk.actor, id).await.told(&desk)?;
            desk.done(Said::FolderRemoved, &files_of(client, around));
        }
        _ => return Err(not_offered(Field::Form)),
    }
    Ok(())
}
