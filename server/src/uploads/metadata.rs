//! The header `Upload-Metadata` of tus 1.0.0: pairs of key and base64 value, separated by commas.
//!
//! It is read into a struct at once. A key that we do not know is ignored, as the protocol asks; one that comes twice,
//! a value that is not base64 of UTF-8, or a missing `filename` refuses the upload, so that no two readers can
//! understand one header differently.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::{ClientId, FileId, Moment, ThreadId, UploadLinkId};

/// What a client says about a file before it sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// As the file is called over there; cleaned by `firm` before it is kept.
    pub filename: String,
    /// Where it goes.
    pub place: Place,
    /// When the sender's copy was last changed: milliseconds since 1970, under the key `modified`.
    pub modified: Option<Moment>,
}

/// Where a file goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Into a thread that exists.
    Thread(ThreadId),
    /// To this client: into a thread that is begun with it, or into the library.
    Client(ClientId),
    /// To this file, as its next version.
    Version(FileId),
    /// To the client of this upload-only link.
    Link(UploadLinkId),
}

/// Bytes of the header. A name has at most 255 kept, so this is generous.
const HEADER_BYTES: usize = 4096;

/// Reads the header; `None` when it is not well formed or leaves out what we need.
pub fn parse(header: &str) -> Option<Metadata> {
    if header.len() > HEADER_BYTES {
        return None;
    }
    let (mut filename, mut modified) = (None, None);
    let (mut thread, mut client, mut version, mut link) = (None, None, None, None);
    for pair in header.split(',') {
        let mut words = pair.trim_matches(' ').split(' ');
        let key = words.next().filter(|key| !key.is_empty())?;
        let value = words.next().unwrap_or_default();
        if words.next().is_some() || !key.bytes().all(|b| b.is_ascii_graphic()) {
            return None;
        }
        let slot = match key {
            "filename" => &mut filename,
            "thread" => &mut thread,
            "client" => &mut client,
            "version" => &mut version,
            "link" => &mut link,
            "modified" => &mut modified,
            _ => continue,
        };
        let text = String::from_utf8(STANDARD.decode(value).ok()?).ok()?;
        if slot.replace(text).is_some() {
            return None;
        }
    }
    let place = match (thread, client, version, link) {
        (Some(id), None, None, None) => Place::Thread(id.parse().ok()?),
        (None, Some(id), None, None) => Place::Client(id.parse().ok()?),
        (None, None, Some(id), None) => Place::Version(id.parse().ok()?),
        (None, None, None, Some(id)) => Place::Link(id.parse().ok()?),
        _ => return None,
    };
    Some(Metadata {
        filename: filename?,
        place,
        modified: match modified {
            Some(millis) => Some(Moment(millis.parse().ok()?)),
            None => None,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const THREAD: &str = "00112233445566778899aabbccddeeff";

    fn pair(key: &str, value: &str) -> String {
        format!("{key} {}", STANDARD.encode(value))
    }

    #[test]
    fn a_name_and_a_place_are_enough() {
        let header = [pair("filename", "Übersicht.pdf"), pair("thread", THREAD)].join(",");
        let metadata = parse(&header).expect("metadata");
        assert_eq!(metadata.filename, "Übersicht.pdf");
        assert_eq!(metadata.place, Place::Thread(THREAD.parse().expect("an id")));
        let more = format!("{header}, filetype YQ==,empty");
        assert_eq!(parse(&more), Some(metadata));
        let dated = format!("{header},{}", pair("modified", "1794908400000"));
        let dated = parse(&dated).and_then(|metadata| metadata.modified);
        assert_eq!(dated, Some(Moment(1_794_908_400_000)));
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused() {
        let (name, thread) = (pair("filename", "a.pdf"), pair("thread", THREAD));
        for header in [
            String::new(),
            name.clone(),
            thread.clone(),
            format!("{name},{name},{thread}"),
            format!("{name},{thread},{}", pair("client", THREAD)),
            format!("{name},{thread},{}", pair("link", THREAD)),
            format!("{name},{},{}", pair("version", THREAD), pair("client", THREAD)),
            format!("{name},{thread},"),
            format!("{name} x,{thread}"),
            format!("{name},thread {THREAD}!"),
            format!("filename {},{thread}", STANDARD.encode([0xff, 0xfe])),
            format!("{name},{}", pair("thread", &THREAD.to_uppercase())),
            format!("{name},{thread},{}", pair("modified", "yesterday")),
            format!("{name},{thread},x {}", "y".repeat(5000)),
        ] {
            assert_eq!(parse(&header), None, "{header}");
        }
    }

    proptest! {
        #[test]
        fn any_header_is_read_or_refused(header in "\\PC{0,200}") {
            let _ = parse(&header);
        }

        #[test]
        fn any_name_arrives_as_it_was_sent(name in "\\PC{0,100}") {
            let header = [pair("filename", &name), pair("thread", THREAD)].join(",");
            prop_assert_eq!(parse(&header).map(|it| it.filename), Some(name));
        }
    }
}
