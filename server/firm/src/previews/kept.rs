//! The last pages that were drawn.

use super::Outcome;
use domain::FileId;
use std::collections::VecDeque;

/// Bytes of pictures that are kept: as many as the largest answer of a child.
const MOST: usize = 32 << 20;
/// What an entry counts for besides its picture.
const ENTRY: usize = 512;

/// Which page of which bytes. Ids of files are random, so firms do not meet here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) file: FileId,
    pub(super) sha256: [u8; 32],
    pub(super) page: u32,
}

/// The newest last.
#[derive(Default)]
pub(super) struct Kept {
    pages: VecDeque<(Place, Outcome)>,
    bytes: usize,
}

impl Kept {
    pub(super) fn get(&self, place: &Place) -> Option<Outcome> {
        let found = self.pages.iter().rev().find(|(known, _)| known == place);
        found.map(|(_, outcome)| outcome.clone())
    }

    pub(super) fn put(&mut self, place: Place, outcome: Outcome) {
        self.bytes += weight(&outcome);
        self.pages.push_back((place, outcome));
        while self.bytes > MOST && self.pages.len() > 1 {
            if let Some((_, oldest)) = self.pages.pop_front() {
                self.bytes -= weight(&oldest);
            }
        }
    }
}

fn weight(outcome: &Outcome) -> usize {
    ENTRY + outcome.as_ref().map_or(0, |drawn| drawn.png.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::previews::Why;
    use render::Drawn;
    use std::sync::Arc;

    fn place(page: u32) -> Place {
        Place {
            file: uuid::Uuid::nil().into(),
            sha256: [0; 32],
            page,
        }
    }

    fn picture(bytes: usize) -> Arc<Drawn> {
        Arc::new(Drawn {
            png: vec![0; bytes],
            width: 1,
            height: 1,
            pages: 1,
        })
    }

    #[test]
    fn the_oldest_pages_go_when_there_are_too_many_bytes() {
        let mut kept = Kept::default();
        for page in 1..=5 {
            kept.put(place(page), Ok(picture(10 << 20)));
        }
        assert!(kept.get(&place(2)).is_none() && kept.get(&place(3)).is_some());
        assert!(kept.bytes <= MOST);
        // One that is too large for all is still there for the page around it.
        kept.put(place(6), Ok(picture(MOST)));
        assert!(kept.get(&place(6)).is_some() && kept.get(&place(5)).is_none());
    }

    #[test]
    fn a_page_that_could_not_be_drawn_is_not_tried_again() {
        let mut kept = Kept::default();
        kept.put(place(1), Err(Why::Damaged));
        assert_eq!(kept.get(&place(1)), Some(Err(Why::Damaged)));
    }
}
