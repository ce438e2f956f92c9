//! What a firm chooses for itself.

use crate::{
    client::Side,
    limits,
    problem::{Field, Problem, Reason},
    text,
};
use serde::{Deserialize, Serialize};

/// Characters that a password needs when it stands alone (NIST SP 800-63B-4, section 3.1.1.2).
pub const PASSWORD_ALONE: u32 = 15;
/// Characters that a password needs beside a second factor (the same section); no firm goes below.
pub const PASSWORD_BESIDE_FACTOR: u32 = 8;
/// Minutes that a mailed link works in the strict profile (ASVS 5.0.0, 6.5.5).
pub const STRICT_LINK_MINUTES: u32 = 10;
/// Questions that a firm may ask for at most.
pub const MOST_QUESTIONS: u32 = 5;
/// Questions that a firm may offer at most.
pub const MOST_OFFERED: usize = 30;
const DAY: i64 = 86_400;

/// How a contact without a mobile on file gets the code that activates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WithoutMobile {
    /// Staff read it out on the telephone, once they are sure who rings.
    ReadOut,
    /// It is mailed, apart from the invitation.
    Mail,
}

impl WithoutMobile {
    /// Its name in a form and in a row.
    pub fn name(self) -> &'static str {
        match self {
            Self::ReadOut => "read_out",
            Self::Mail => "mail",
        }
    }

    /// What is called so.
    pub fn named(name: &str) -> Option<Self> {
        [Self::ReadOut, Self::Mail].into_iter().find(|way| way.name() == name)
    }
}

/// How people sign in to a firm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a box that a firm ticks, apart from the others"
)]
pub struct SignInSettings {
    /// Characters of a password that stands alone: 8 to 64. Ask [`Self::least_password`], which knows the profile and
    /// the second factor.
    pub password_chars: u32,
    /// Minutes that a mailed sign-in link or code works: 5 to 30.
    pub link_minutes: u32,
    /// Whether a contact may do without a password.
    pub passwordless: bool,
    /// Security questions that a contact answers at activation; 0 switches them off.
    pub questions: u32,
    /// The questions to choose from.
    pub question_list: Vec<String>,
    /// Whether the activation page's script sends the mobile code by itself when it opens.
    pub send_code_on_open: bool,
    /// What takes the place of the mobile code where there is no mobile.
    pub without_mobile: WithoutMobile,
    /// Whether contacts need a second factor.
    pub contacts_need_factor: bool,
    /// Days without a visit after which a contact's session ends: 1 to 90.
    pub contact_idle_days: u32,
    /// Days after sign-in at which a contact's session ends in any case: 1 to 365.
    pub contact_total_days: u32,
    /// Whether a password needs small and capital letters, a figure and a sign.
    pub character_kinds: bool,
    /// Whether the strict profile holds; it overrides what stands above.
    pub strict: bool,
}

impl Default for SignInSettings {
    fn default() -> Self {
        Self {
            password_chars: PASSWORD_ALONE,
            link_minutes: 15,
            passwordless: true,
            questions: 0,
            question_list: QUESTIONS.map(str::to_owned).to_vec(),
            send_code_on_open: false,
            without_mobile: WithoutMobile::ReadOut,
            contacts_need_factor: false,
            contact_idle_days: 30,
            contact_total_days: 90,
            character_kinds: false,
            strict: false,
        }
    }
}

/// What a new firm offers: about what does not change and is in no public register.
const QUESTIONS: [&str; 8] = [
    "Which street did you first live in?",
    "What was the name of your first teacher?",
    "What was the first film that you saw in a cinema?",
    "What was your first pet called?",
    "Where did you go on your first holiday without your parents?",
    "What was the first dish that you learned to cook?",
    "Which instrument did you first try to play?",
    "What was the first concert that you went to?",
];

impl SignInSettings {
    /// What holds: the firm's choices, and the strict profile over them where it is on.
    #[must_use]
    pub fn in_force(mut self) -> Self {
        if self.strict {
            self.password_chars = self.password_chars.max(PASSWORD_ALONE);
            self.link_minutes = self.link_minutes.min(STRICT_LINK_MINUTES);
            self.questions = 0;
            self.send_code_on_open = false;
            self.character_kinds = false;
        }
        self
    }

    /// Characters that a password needs, alone or beside an enrolled second factor.
    pub fn least_password(&self, has_factor: bool) -> u32 {
        if has_factor {
            PASSWORD_BESIDE_FACTOR
        } else {
            self.password_chars
        }
    }

    /// Seconds that a mailed link works.
    pub fn link_seconds(&self) -> i64 {
        i64::from(self.link_minutes) * 60
    }

    /// Idle and whole life of a session, in seconds.
    pub fn session_seconds(&self, side: Side) -> (i64, i64) {
        match side {
            Side::Contact if !self.strict => (
                i64::from(self.contact_idle_days) * DAY,
                i64::from(self.contact_total_days) * DAY,
            ),
            _ => (limits::STAFF_IDLE_SECONDS, limits::STAFF_TOTAL_SECONDS),
        }
    }

    /// The settings with everything tidied, or the field that does not fit.
    ///
    /// # Errors
    /// A number is out of its range, or there are fewer questions than are to be answered.
    pub fn checked(mut self) -> Result<Self, Problem> {
        within(Field::PasswordChars, self.password_chars, PASSWORD_BESIDE_FACTOR, 64)?;
        within(Field::LinkMinutes, self.link_minutes, 5, 30)?;
        within(Field::Questions, self.questions, 0, MOST_QUESTIONS)?;
        within(Field::IdleDays, self.contact_idle_days, 1, 90)?;
        within(Field::TotalDays, self.contact_total_days, self.contact_idle_days, 365)?;
        let mut offered: Vec<String> = Vec::new();
        for question in &self.question_list {
            if question.trim().is_empty() {
                continue;
            }
            let question = text::line(question, Field::QuestionList, limits::QUESTION_CHARS)?;
            if !offered.contains(&question) {
                offered.push(question);
            }
        }
        let least = usize::try_from(self.questions).unwrap_or(usize::MAX);
        if offered.len() < least || offered.len() > MOST_OFFERED {
            return Err(Problem::field(
                Field::QuestionList,
                Reason::OutOfRange {
                    least: self.questions,
                    most: u32::try_from(MOST_OFFERED).unwrap_or(u32::MAX),
                },
            ));
        }
        self.question_list = offered;
        Ok(self)
    }
}

/// How people sign in, as typed into the form. A box posts `yes` when it is ticked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignInDraft {
    /// `standard` or `strict`.
    pub profile: String,
    /// The least length of a password.
    pub password_chars: String,
    /// Whether other kinds of characters are asked for.
    pub character_kinds: String,
    /// Whether a contact may do without a password.
    pub passwordless: String,
    /// The life of a mailed link, in minutes.
    pub link_minutes: String,
    /// Whether the activation page sends its code by itself.
    pub send_code_on_open: String,
    /// `read_out` or `mail`.
    pub without_mobile: String,
    /// Whether contacts need a second factor.
    pub contacts_need_factor: String,
    /// How many questions are asked.
    pub questions: String,
    /// The questions, one a line.
    pub question_list: String,
    /// Days without a visit.
    pub idle_days: String,
    /// Days after sign-in.
    pub total_days: String,
}

impl SignInDraft {
    /// The settings that were typed, checked.
    ///
    /// # Errors
    /// The field that does not fit.
    pub fn read(&self) -> Result<SignInSettings, Problem> {
        let chosen = |field, condition: bool| condition.then_some(()).ok_or(Problem::field(field, Reason::NotOffered));
        chosen(Field::Profile, ["standard", "strict"].contains(&self.profile.as_str()))?;
        let without_mobile = WithoutMobile::named(&self.without_mobile)
            .ok_or(Problem::field(Field::WithoutMobile, Reason::NotOffered))?;
        let ticked = |value: &str| value == "yes";
        SignInSettings {
            // What is no number is out of every range.
            password_chars: number(&self.password_chars),
            link_minutes: number(&self.link_minutes),
            passwordless: ticked(&self.passwordless),
            questions: number(&self.questions),
            question_list: self.question_list.lines().map(str::to_owned).collect(),
            send_code_on_open: ticked(&self.send_code_on_open),
            without_mobile,
            contacts_need_factor: ticked(&self.contacts_need_factor),
            contact_idle_days: number(&self.idle_days),
            contact_total_days: number(&self.total_days),
            character_kinds: ticked(&self.character_kinds),
            strict: self.profile == "strict",
        }
        .checked()
    }
}

impl From<&SignInSettings> for SignInDraft {
    fn from(settings: &SignInSettings) -> Self {
        let tick = |on: bool| if on { "yes".to_owned() } else { String::new() };
        Self {
            profile: if settings.strict { "strict" } else { "standard" }.to_owned(),
            password_chars: settings.password_chars.to_string(),
            character_kinds: tick(settings.character_kinds),
            passwordless: tick(settings.passwordless),
            link_minutes: settings.link_minutes.to_string(),
            send_code_on_open: tick(settings.send_code_on_open),
            without_mobile: settings.without_mobile.name().to_owned(),
            contacts_need_factor: tick(settings.contacts_need_factor),
            questions: settings.questions.to_string(),
            question_list: settings.question_list.join("\n"),
            idle_days: settings.contact_idle_days.to_string(),
            total_days: settings.contact_total_days.to_string(),
        }
    }
}

fn number(typed: &str) -> u32 {
    typed.trim().parse().unwrap_or(u32::MAX)
}

fn within(field: Field, number: u32, least: u32, most: u32) -> Result<(), Problem> {
    if (least..=most).contains(&number) {
        Ok(())
    } else {
        Err(Problem::field(field, Reason::OutOfRange { least, most }))
    }
}

/// Bytes of a gigabyte, as tariffs and file managers count.
const GIGABYTE: u64 = 1_000_000_000;
/// The most gigabytes that can be typed: a petabyte.
const MOST_GIGABYTES: u32 = 1_000_000;

/// How much room files may take. None is without a limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rooms {
    /// Bytes of all files of the firm.
    pub firm: Option<u64>,
    /// Bytes of the files of a client for whom nothing else was said.
    pub client: Option<u64>,
}

/// Bytes of so many whole gigabytes as typed; nothing typed is no limit.
///
/// # Errors
/// It is no whole number from 1 to a million.
pub fn room_typed(typed: &str, field: Field) -> Result<Option<u64>, Problem> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let fits = |number: &u32| (1..=MOST_GIGABYTES).contains(number);
    let number = typed.parse().ok().filter(fits);
    let out_of_range = Reason::OutOfRange {
        least: 1,
        most: MOST_GIGABYTES,
    };
    let number = number.ok_or(Problem::field(field, out_of_range))?;
    Ok(Some(u64::from(number) * GIGABYTE))
}

/// Room in gigabytes, as it is typed.
pub fn room_shown(room: Option<u64>) -> String {
    room.map(|bytes| (bytes / GIGABYTE).to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_typed_in_whole_gigabytes_or_not_at_all() {
        let typed = |text| room_typed(text, Field::FirmRoom);
        assert_eq!(typed(" "), Ok(None));
        assert_eq!(typed("20"), Ok(Some(20_000_000_000)));
        assert_eq!(room_shown(Some(20_000_000_000)), "20");
        for odd in ["0", "-1", "1.5", "1000001", "1e3", "x", "18446744073709551616"] {
            assert!(typed(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn no_firm_goes_below_eight_characters_and_fifteen_stand_alone_in_the_strict_profile() {
        let lax = |password_chars| SignInSettings {
            password_chars,
            ..SignInSettings::default()
        };
        assert_eq!(SignInSettings::default().least_password(false), 15);
        assert_eq!(SignInSettings::default().least_password(true), 8);
        assert!(lax(8).checked().is_ok());
        assert_eq!(
            lax(7).checked(),
            Err(Problem::field(
                Field::PasswordChars,
                Reason::OutOfRange { least: 8, most: 64 }
            ))
        );
        let strict = SignInSettings { strict: true, ..lax(8) };
        assert_eq!(strict.in_force().least_password(false), 15);
    }

    #[test]
    fn the_strict_profile_has_no_questions_and_no_code_on_opening() {
        let chosen = SignInSettings {
            questions: 2,
            send_code_on_open: true,
            character_kinds: true,
            link_minutes: 30,
            strict: true,
            ..SignInSettings::default()
        };
        let held = chosen.in_force();
        assert_eq!(
            (
                held.questions,
                held.send_code_on_open,
                held.character_kinds,
                held.link_minutes
            ),
            (0, false, false, 10)
        );
        assert_eq!(held.session_seconds(Side::Contact), (3600, 86_400));
    }

    #[test]
    fn what_is_shown_in_the_form_is_what_is_kept_from_it() {
        let chosen = SignInSettings {
            questions: 2,
            contacts_need_factor: true,
            without_mobile: WithoutMobile::Mail,
            strict: true,
            ..SignInSettings::default()
        };
        let shown = SignInDraft::from(&chosen);
        assert_eq!(shown.read(), Ok(chosen));
        let wrong = |change: fn(&mut SignInDraft), field: Field| {
            let mut draft = shown.clone();
            change(&mut draft);
            assert!(
                matches!(draft.read(), Err(Problem::Refused { field: named, .. }) if named == field),
                "{field:?}"
            );
        };
        wrong(|draft| draft.profile = "lax".to_owned(), Field::Profile);
        wrong(|draft| draft.password_chars = "seven".to_owned(), Field::PasswordChars);
        wrong(|draft| draft.link_minutes = "4".to_owned(), Field::LinkMinutes);
        wrong(|draft| draft.questions = "-1".to_owned(), Field::Questions);
        wrong(|draft| draft.question_list = "One?".to_owned(), Field::QuestionList);
        wrong(|draft| draft.without_mobile = String::new(), Field::WithoutMobile);
        wrong(|draft| draft.idle_days = "0".to_owned(), Field::IdleDays);
        wrong(|draft| draft.total_days = "29".to_owned(), Field::TotalDays);
    }

    #[test]
    fn there_are_at_least_as_many_questions_as_are_to_be_answered() {
        let short = SignInSettings {
            questions: 2,
            question_list: vec!["One?".to_owned(), " one? ".to_owned(), String::new(), "One?".to_owned()],
            ..SignInSettings::default()
        };
        let kept = short.clone().checked().expect("two different ones");
        assert_eq!(kept.question_list, ["One?", "one?"]);
        let shorter = SignInSettings { questions: 3, ..short };
        assert!(shorter.checked().is_err());
    }
}
