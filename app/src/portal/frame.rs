//! What surrounds every signed-in page: the rail on wide screens, the bars on phones.

use crate::{
    portal::{
        live::Live,
        loading::{self, Data},
        places::{self, Places},
    },
    ui::{
        banner::DemoBanner,
        icon::{Glyph, Icon},
    },
};
use domain::{form, portal::Frame};
use leptos::prelude::*;

/// One place of the portal.
#[derive(Clone, Copy)]
struct Place {
    href: &'static str,
    word: &'static str,
    glyph: Glyph,
    count: u32,
    /// Whether the page is one of [`crate::plain`], which the portal's router does not have.
    plain: bool,
    /// Where it is shown: a phone's bar has room for five.
    shown: Shown,
}

/// Where a place is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Everywhere,
    Rail,
}

fn places_of(frame: &Frame) -> Vec<Place> {
    let places = Places { side: frame.me.side };
    let files = Place {
        href: places.files(),
        word: "Files",
        glyph: Glyph::Folder,
        count: frame.new_files,
        plain: true,
        shown: Shown::Everywhere,
    };
    let threads = |glyph| Place {
        href: places.threads(),
        word: places.threads_word(),
        glyph,
        count: frame.unread_threads,
        plain: false,
        shown: Shown::Everywhere,
    };
    if places.is_office() {
        let office = |href, word, glyph, shown| Place {
            href,
            word,
            glyph,
            count: 0,
            plain: true,
            shown,
        };
        vec![
            threads(Glyph::Inbox),
            files,
            office("/office/clients", "Clients", Glyph::Clients, Shown::Everywhere),
            office("/office/contacts", "Contacts", Glyph::Contacts, Shown::Rail),
            office("/office/team", "Team", Glyph::Team, Shown::Rail),
            office("/office/settings", "Firm", Glyph::Settings, Shown::Everywhere),
        ]
    } else {
        let home = Place {
            href: places.home(),
            word: "Home",
            glyph: Glyph::House,
            count: 0,
            plain: false,
            shown: Shown::Everywhere,
        };
        vec![home, threads(Glyph::Messages), files]
    }
}

/// Whether the page at `path` stands in the place at `href`.
fn stands_in(path: &str, href: &str) -> bool {
    path.strip_prefix(href)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The rail, the top bar and, in the demo, the banner; kept up to date.
#[component]
pub fn Rail() -> impl IntoView {
    framed(expect_context::<Live>(), rail)
}

/// The bar at the foot of a phone's screen; kept up to date.
#[component]
pub fn TabBar() -> impl IntoView {
    framed(expect_context::<Live>(), tab_bar)
}

/// The rail, the top bar and, in the demo, the banner, as the frame stands now.
pub fn rail(frame: &Frame) -> AnyView {
    let path = places::path();
    let office = frame.is_office();
    let home = Places { side: frame.me.side }.home();
    let brand = move |firm: &domain::portal::FirmCard| {
        view! {
            <a class="brand" href=home>
                <span class="logo" aria-hidden="true">
                    {firm.mark.clone()}
                </span>
                <span>
                    {firm.name.clone()}
                    {office.then(|| view! { <small class="brand-side">"Office"</small> })}
                </span>
            </a>
        }
    };
    let label = if office { "Office" } else { "Portal" };
    view! {
            {frame.firm.demo.then(DemoBanner)}
            <header class="rail">
                {brand(&frame.firm)}
                <nav aria-label=label>
                    <ul>{links(frame, &[Shown::Everywhere, Shown::Rail])}</ul>
                </nav>
                <div class="rail-foot">
                    {stuck(frame)}
                    <a class="rail-me" href="/account" rel="external" aria-current=move || stands_in(&path.get(), "/account").then_some("page")>
                        <Icon glyph=Glyph::User />
                        <span>
                            {frame.me.name.clone()} <span class="visually-hidden">", my account"</span>
                        </span>
                    </a>
                    <form method="post" action=form::SIGN_OUT.action>
                        <button class="rail-button">
                            <Icon glyph=Glyph::LogOut />
                            "Sign out"
                        </button>
                    </form>
                </div>
            </header>
            <header class="topbar" aria-label=frame.firm.name.clone()>
                {brand(&frame.firm)}
                {stuck(frame)}
                <a class="topbar-me" href="/account" rel="external">
                    <Icon glyph=Glyph::User />
                    <span class="visually-hidden">"My account"</span>
                </a>
            </header>
        }
        .into_any()
}

/// That mail does not get out, wherever staff are who can have it mended.
fn stuck(frame: &Frame) -> impl IntoView + use<> {
    let stuck = frame.stuck_mails;
    (stuck > 0).then(|| {
        let words = if stuck == 1 {
            "1 email waits".to_owned()
        } else {
            format!("{stuck} emails wait")
        };
        view! {
            <a class="stuck" href="/office/mail" rel="external">
                <Icon glyph=Glyph::CircleAlert />
                {words}
            </a>
        }
    })
}

/// The bar at the foot of a phone's screen, as the frame stands now.
pub fn tab_bar(frame: &Frame) -> AnyView {
    view! {
        <nav class="tabbar" aria-label="Main">
            <ul>
                {links(frame, &[Shown::Everywhere])} <li>
                    <form method="post" action=form::SIGN_OUT.action>
                        <button>
                            <Icon glyph=Glyph::LogOut />
                            "Sign out"
                        </button>
                    </form>
                </li>
            </ul>
        </nav>
    }
    .into_any()
}

fn links(frame: &Frame, shown: &[Shown]) -> impl IntoView + use<> {
    let path = places::path();
    places_of(frame)
        .into_iter()
        .filter(|place| shown.contains(&place.shown))
        .map(|place| {
            view! {
                <li>
                    <a
                        href=place.href
                        rel=place.plain.then_some("external")
                        aria-current=move || stands_in(&path.get(), place.href).then_some("page")
                    >
                        <Icon glyph=place.glyph />
                        {place.word}
                        {(place.count > 0)
                            .then(|| {
                                view! {
                                    <span class="count">
                                        {place.count} <span class="visually-hidden">" new"</span>
                                    </span>
                                }
                            })}
                    </a>
                </li>
            }
        })
        .collect_view()
}

/// A part of the frame.
fn framed(live: Live, show: fn(&Frame) -> AnyView) -> AnyView {
    loading::part(live.frame(), move |data| match data {
        Data::Frame(frame) => {
            live.learn(&frame);
            show(&frame)
        }
        _ => ().into_any(),
    })
}

#[cfg(test)]
mod tests {
    use super::stands_in;

    #[test]
    fn a_thread_stands_in_messages() {
        assert!(stands_in("/threads/00", "/threads"));
        assert!(stands_in("/threads", "/threads"));
        assert!(!stands_in("/threadsafe", "/threads"));
    }
}
