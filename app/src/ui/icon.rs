//! Icons: Lucide (ISC, see `Lucide-LICENSE.txt` beside this file), inlined once a page and used by reference.

use leptos::prelude::*;

/// The sprite: one `<symbol>` an icon, ids beginning with `i-`.
#[cfg(any(feature = "ssr", test))]
pub const SPRITE: &str = include_str!("icons.svg");

macro_rules! glyphs {
    ($($(#[$doc:meta])* $variant:ident = $id:literal,)*) => {
        /// The icons in use, named after what they show.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Glyph { $($(#[$doc])* $variant,)* }

        impl Glyph {
            /// The reference into the sprite.
            fn href(self) -> &'static str {
                match self { $(Self::$variant => concat!("#i-", $id),)* }
            }

            #[cfg(test)]
            const ALL: &[Self] = &[$(Self::$variant,)*];
        }
    };
}

glyphs! {
    /// Back.
    ArrowLeft = "arrow-left",
    /// On.
    ArrowRight = "arrow-right",
    /// Take a picture.
    Camera = "camera",
    /// The firm's clients.
    Clients = "building",
    /// The people of clients.
    Contacts = "contact",
    /// The firm's own people.
    Team = "users",
    /// The firm itself.
    Settings = "sliders",
    /// Done.
    Check = "check",
    /// An error beside a field.
    CircleAlert = "circle-alert",
    /// Copy.
    Copy = "copy",
    /// Download.
    Download = "download",
    /// Seen.
    Eye = "eye",
    /// The demo.
    Flask = "flask-conical",
    /// Files.
    Folder = "folder",
    /// Home.
    House = "house",
    /// Staff's inbox.
    Inbox = "inbox",
    /// A remark.
    Info = "info",
    /// A password.
    Key = "key-round",
    /// Encrypted.
    Lock = "lock-keyhole",
    /// Sign out.
    LogOut = "log-out",
    /// E-mail.
    Mail = "mail",
    /// A place.
    MapPin = "map-pin",
    /// Messages.
    Messages = "messages-square",
    /// Stop for a while.
    Pause = "pause",
    /// Go on.
    Play = "play",
    /// Attach.
    Paperclip = "paperclip",
    /// Write.
    Pencil = "pencil",
    /// Ring.
    Phone = "phone",
    /// Again.
    Again = "rotate-ccw",
    /// Send.
    Send = "send",
    /// A receipt.
    ShieldCheck = "shield-check",
    /// A warning.
    Warning = "triangle-alert",
    /// Send files.
    Upload = "upload",
    /// A person.
    User = "user",
    /// Cancel.
    Cross = "x",
}

/// An icon beside words: it says nothing by itself and is hidden from screen readers.
#[component]
pub fn Icon(
    /// Which.
    glyph: Glyph,
) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true">
            <use href=glyph.href()></use>
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_icon_stands_in_the_sprite_and_none_for_nothing() {
        for glyph in Glyph::ALL {
            let id = format!("id=\"{}\"", &glyph.href()[1..]);
            assert!(SPRITE.contains(&id), "{id}");
        }
        assert_eq!(SPRITE.matches("<symbol").count(), Glyph::ALL.len());
    }
}
