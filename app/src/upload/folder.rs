//! Whole folders: their files go one by one, in the order in which the browser finds them.

use super::{queue::Queue, tus};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{
    DataTransfer, File, FileList, FileSystemDirectoryEntry, FileSystemDirectoryReader, FileSystemEntry,
    FileSystemFileEntry, js_sys::Array,
};

/// Takes the files of a chosen folder.
pub fn take_chosen(queue: Queue, files: &FileList) {
    for file in (0..files.length()).filter_map(|index| files.get(index)) {
        take(queue, file);
    }
}

/// Takes dropped files, and those of dropped folders.
pub fn take_dropped(queue: Queue, carried: &DataTransfer) {
    // All entries first: the list is empty as soon as the event is over.
    let items = carried.items();
    let entries: Vec<FileSystemEntry> = (0..items.length())
        .filter_map(|index| items.get(index)?.webkit_get_as_entry().ok()?)
        .collect();
    if entries.iter().any(FileSystemEntry::is_directory) {
        for entry in entries {
            walk(queue, &entry);
        }
    } else if let Some(files) = carried.files() {
        tus::take(queue, &files);
    }
}

fn walk(queue: Queue, entry: &FileSystemEntry) {
    if let Some(file) = entry.dyn_ref::<FileSystemFileEntry>() {
        let found = Closure::once_into_js(move |file: File| take(queue, file));
        file.file_with_callback(found.unchecked_ref());
    } else if let Some(folder) = entry.dyn_ref::<FileSystemDirectoryEntry>() {
        read_on(queue, folder.create_reader());
    }
}

/// A reader gives some entries at a time, and none at the end.
fn read_on(queue: Queue, reader: FileSystemDirectoryReader) {
    let again = reader.clone();
    let found = Closure::once_into_js(move |entries: Array| {
        if entries.length() == 0 {
            return;
        }
        for entry in entries.iter() {
            if let Ok(entry) = entry.dyn_into::<FileSystemEntry>() {
                walk(queue, &entry);
            }
        }
        read_on(queue, again);
    });
    // A folder that may not be read has nothing to send.
    drop(reader.read_entries_with_callback(found.unchecked_ref()));
}

/// What systems put into folders by themselves is nobody's paper.
fn take(queue: Queue, file: File) {
    let name = file.name();
    if !name.starts_with('.') && name != "Thumbs.db" && name != "desktop.ini" {
        tus::take_one(queue, file);
    }
}
