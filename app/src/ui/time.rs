//! Times in the reader's zone.
//!
//! The server writes UTC, because it does not know the zone, and hydration must find the same words. After it, one
//! signal turns and every time is written afresh with the zone's offset at that instant.

use domain::Moment;
use leptos::prelude::*;

/// Whether times are shown in the reader's zone already.
#[derive(Clone, Copy)]
pub struct Zone(RwSignal<bool>);

impl Zone {
    /// Gives the page its zone: UTC until hydration is over, then the reader's.
    pub fn provide() {
        let zone = Self(RwSignal::new(false));
        provide_context(zone);
        Effect::new(move |_| zone.0.set(true));
    }

    /// The moment, moved so that its UTC calendar reads like the reader's clock.
    pub fn here(self, moment: Moment) -> Moment {
        if self.0.get() {
            moment.plus_seconds(offset_seconds(moment))
        } else {
            moment
        }
    }
}

/// The page's zone; UTC where none was provided, as on the pages before sign-in.
pub fn zone() -> Zone {
    use_context().unwrap_or_else(|| Zone(RwSignal::new(false)))
}

/// How a time is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `09:40`.
    Clock,
    /// `09:40`, `Yesterday`, `13 Nov`: for lists, seen at the given moment.
    Brief(Moment),
    /// `Today`, `Monday 16 November`: for the line between two days, seen at the given moment.
    Day(Moment),
    /// `Tuesday 17 November 2026`.
    LongDay,
}

impl Style {
    fn write(self, moment: Moment, zone: Zone) -> String {
        let here = zone.here(moment);
        match self {
            Self::Clock => here.clock(),
            Self::Brief(now) => here.brief(zone.here(now)),
            Self::Day(now) => here.day(zone.here(now)),
            Self::LongDay => here.long_day(),
        }
    }
}

/// A moment, for people and for machines; its title has the whole date in UTC.
#[component]
pub fn Time(
    /// When.
    at: Moment,
    /// How it is written.
    style: Style,
) -> impl IntoView {
    let zone = zone();
    view! {
        <time datetime=at.machine() title=at.full()>
            {move || style.write(at, zone)}
        </time>
    }
}

#[cfg(feature = "hydrate")]
fn offset_seconds(moment: Moment) -> i64 {
    // Milliseconds since 1970 fit a double's 53 bits for the next 285,000 years.
    #[expect(clippy::cast_precision_loss, reason = "see above")]
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(moment.0 as f64));
    let minutes_behind = date.get_timezone_offset();
    if minutes_behind.is_finite() {
        #[expect(clippy::cast_possible_truncation, reason = "at most 14 hours of minutes")]
        let minutes = minutes_behind as i64;
        -minutes * 60
    } else {
        0
    }
}

#[cfg(not(feature = "hydrate"))]
fn offset_seconds(_moment: Moment) -> i64 {
    0
}
