//! Plain forms: which fields come back when one is refused, and in what they travel.
//!
//! A form posts to a server function as plain HTML. When that is refused, the fields declared here, and only those, go
//! into a flash together with the problem, and the page fills its form from it. Passwords, codes, secrets and files are
//! never declared.

use crate::{problem::Problem, upload_link};
use serde::{Deserialize, Serialize};

/// A form: where it posts to and what it keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// The path that it posts to, which is also its name.
    pub action: &'static str,
    /// The fields that come back.
    pub keeps: &'static [&'static str],
}

impl Form {
    /// The name of the flash of a form that stands on several pages (the composer of each thread): the action and the
    /// page, so that what was refused on one page does not fill the form of another.
    pub fn on(&self, page: &str) -> String {
        format!("{} {page}", self.action)
    }
}

/// Ask for a sign-in link.
pub const ASK_LINK: Form = Form {
    action: "/api/ask_link",
    keeps: &["address", "next"],
};
/// Type the mailed code on the page that asked.
pub const TYPE_CODE: Form = Form {
    action: "/api/type_code",
    keeps: &[],
};
/// Press the button of a mailed link.
pub const REDEEM_LINK: Form = Form {
    action: "/api/redeem_link",
    keeps: &[],
};
/// Type the mailed code on the link's own page.
pub const REDEEM_CODE: Form = Form {
    action: "/api/redeem_code",
    keeps: &[],
};
/// Sign in with address and password.
pub const SIGN_IN: Form = Form {
    action: "/api/sign_in",
    keeps: &["address", "next"],
};
/// Give the code of an authenticator app as the second proof.
pub const GIVE_CODE: Form = Form {
    action: "/api/give_code",
    keeps: &[],
};
/// Give a recovery code as the second proof.
pub const GIVE_RECOVERY_CODE: Form = Form {
    action: "/api/give_recovery_code",
    keeps: &[],
};
/// Set up an authenticator app before the first session.
pub const ENROL_APP: Form = Form {
    action: "/api/enrol_app",
    keeps: &[],
};
/// Go on, with the fresh recovery codes kept.
pub const CODES_KEPT: Form = Form {
    action: "/api/codes_kept",
    keeps: &[],
};
/// Ask for a sign-in link on a device that was used before.
pub const ASK_AGAIN: Form = Form {
    action: "/api/ask_again",
    keeps: &["next"],
};
/// Forget who signed in in this browser before.
pub const FORGET_DEVICE: Form = Form {
    action: "/api/forget_device",
    keeps: &[],
};
/// Have a code mailed that a second proof asks for on top.
pub const MAIL_STEP_CODE: Form = Form {
    action: "/api/mail_step_code",
    keeps: &[],
};
/// Give that code.
pub const GIVE_MAILED_CODE: Form = Form {
    action: "/api/give_mailed_code",
    keeps: &[],
};
/// End one of one's own sessions.
pub const END_DEVICE: Form = Form {
    action: "/api/end_device",
    keeps: &[],
};
/// End all of one's own sessions but this one.
pub const END_OTHER_DEVICES: Form = Form {
    action: "/api/end_other_devices",
    keeps: &[],
};
/// Begin to set up an authenticator app.
pub const BEGIN_APP: Form = Form {
    action: "/api/begin_app",
    keeps: &[],
};
/// Put the new app to use.
pub const CONFIRM_APP: Form = Form {
    action: "/api/confirm_app",
    keeps: &[],
};
/// Take the app away.
pub const REMOVE_APP: Form = Form {
    action: "/api/remove_app",
    keeps: &[],
};
/// Sign in with a passkey.
pub const SIGN_IN_BY_PASSKEY: Form = Form {
    action: "/api/sign_in_by_passkey",
    keeps: &["next"],
};
/// Give a passkey as the second proof.
pub const GIVE_PASSKEY: Form = Form {
    action: "/api/give_passkey",
    keeps: &[],
};
/// Make a passkey before the first session.
pub const ENROL_PASSKEY: Form = Form {
    action: "/api/enrol_passkey",
    keeps: &[],
};
/// Add a passkey.
pub const ADD_PASSKEY: Form = Form {
    action: "/api/add_passkey",
    keeps: &[],
};
/// Give a passkey another name.
pub const RENAME_PASSKEY: Form = Form {
    action: "/api/rename_passkey",
    keeps: &["id", "name"],
};
/// Take a passkey away.
pub const REMOVE_PASSKEY: Form = Form {
    action: "/api/remove_passkey",
    keeps: &[],
};
/// Prove once more that it is you, by a passkey.
pub const CONFIRM_BY_PASSKEY: Form = Form {
    action: "/api/confirm_by_passkey",
    keeps: &["next"],
};
/// Make fresh recovery codes.
pub const NEW_CODES: Form = Form {
    action: "/api/new_codes",
    keeps: &[],
};
/// Forget the readable codes.
pub const OWN_CODES_KEPT: Form = Form {
    action: "/api/own_codes_kept",
    keeps: &[],
};
/// Choose security questions and answer them.
pub const ANSWER_QUESTIONS: Form = Form {
    action: "/api/answer_questions",
    keeps: &[
        "question[0]",
        "question[1]",
        "question[2]",
        "question[3]",
        "question[4]",
    ],
};
/// Clear the security questions of a contact.
pub const CLEAR_QUESTIONS: Form = Form {
    action: "/api/clear_questions",
    keeps: &["id", "reason"],
};
/// Prove once more that it is you, by the app.
pub const CONFIRM_BY_APP: Form = Form {
    action: "/api/confirm_by_app",
    keeps: &["next"],
};
/// Prove once more that it is you, by the password.
pub const CONFIRM_BY_PASSWORD: Form = Form {
    action: "/api/confirm_by_password",
    keeps: &["next"],
};
/// Prove once more that it is you, by a mailed link.
pub const ASK_OWN_LINK: Form = Form {
    action: "/api/ask_own_link",
    keeps: &["next"],
};
/// Set one's own password.
pub const SET_PASSWORD: Form = Form {
    action: "/api/set_password",
    keeps: &[],
};
/// Ask for a link that sets a new password.
pub const ASK_RESET: Form = Form {
    action: "/api/ask_reset",
    keeps: &["address"],
};
/// Press the button of a reset link.
pub const BEGIN_RESET: Form = Form {
    action: "/api/begin_reset",
    keeps: &[],
};
/// Type the code of a reset link's mail.
pub const BEGIN_RESET_BY_CODE: Form = Form {
    action: "/api/begin_reset_by_code",
    keeps: &[],
};
/// Answer the security questions of a reset.
pub const ANSWER_RESET: Form = Form {
    action: "/api/answer_reset",
    keeps: &[],
};
/// Have a code texted in place of the answers.
pub const TEXT_RESET_CODE: Form = Form {
    action: "/api/text_reset_code",
    keeps: &[],
};
/// Give that code.
pub const GIVE_RESET_CODE: Form = Form {
    action: "/api/give_reset_code",
    keeps: &[],
};
/// Set the new password.
pub const FINISH_RESET: Form = Form {
    action: "/api/finish_reset",
    keeps: &[],
};
/// Send a contact a reset link.
pub const SEND_RESET: Form = Form {
    action: "/api/send_reset",
    keeps: &[],
};
/// Ask for another address of one's own.
pub const ASK_ADDRESS: Form = Form {
    action: "/api/ask_address",
    keeps: &["address"],
};
/// Keep the old address.
pub const CALL_OFF_ADDRESS: Form = Form {
    action: "/api/call_off_address",
    keeps: &[],
};
/// Press the button of a link to a new address.
pub const PROVE_ADDRESS: Form = Form {
    action: "/api/prove_address",
    keeps: &[],
};
/// Type the code of that mail.
pub const PROVE_ADDRESS_BY_CODE: Form = Form {
    action: "/api/prove_address_by_code",
    keeps: &[],
};
/// Do without a password from now on.
pub const REMOVE_PASSWORD: Form = Form {
    action: "/api/remove_password",
    keeps: &[],
};
/// End this session.
pub const SIGN_OUT: Form = Form {
    action: "/api/sign_out",
    keeps: &[],
};
/// Send a message, with or without files (multipart, read as a stream).
pub const SEND_MESSAGE: Form = Form {
    action: "/uploads/form",
    keeps: &["text", "subject", "client"],
};
/// Add a client.
pub const ADD_CLIENT: Form = Form {
    action: "/api/add_client",
    keeps: &["name", "responsible", "tags", "notes"],
};
/// Keep something else about a client.
pub const CHANGE_CLIENT: Form = Form {
    action: "/api/change_client",
    keeps: &["id", "name", "responsible", "tags", "notes"],
};
/// Enable, suspend, open again or close a client's portal.
pub const STEP_PORTAL: Form = Form {
    action: "/api/step_portal",
    keeps: &[],
};
/// Say who of the team sees a client.
pub const RESTRICT_CLIENT: Form = Form {
    action: "/api/restrict_client",
    keeps: &[],
};
/// Add a contact.
pub const ADD_CONTACT: Form = Form {
    action: "/api/add_contact",
    keeps: &[
        "first_name",
        "last_name",
        "address",
        "phone",
        "client",
        "may_approve",
        "may_see_financials",
    ],
};
/// Keep another name or number of a contact.
pub const CHANGE_CONTACT: Form = Form {
    action: "/api/change_contact",
    keeps: &["id", "first_name", "last_name", "address", "phone"],
};
/// Let a contact see a client, or change what they may do for it.
pub const GIVE_CLIENT: Form = Form {
    action: "/api/give_client",
    keeps: &[],
};
/// Take a client from a contact.
pub const TAKE_CLIENT: Form = Form {
    action: "/api/take_client",
    keeps: &[],
};
/// Suspend a contact, let them in again, sign them out everywhere, or remove them.
pub const STEP_CONTACT: Form = Form {
    action: "/api/step_contact",
    keeps: &[],
};
/// Begin with an invitation's link.
pub const BEGIN_ACTIVATION: Form = Form {
    action: "/api/begin_activation",
    keeps: &[],
};
/// Begin with the code of an invitation's mail.
pub const TYPE_INVITATION_CODE: Form = Form {
    action: "/api/type_invitation_code",
    keeps: &[],
};
/// Have a fresh invitation mailed.
pub const ASK_INVITATION: Form = Form {
    action: "/api/ask_invitation",
    keeps: &[],
};
/// Have the code of the second proof sent.
pub const SEND_ACTIVATION_CODE: Form = Form {
    action: "/api/send_activation_code",
    keeps: &[],
};
/// Give the code of the second proof.
pub const GIVE_ACTIVATION_CODE: Form = Form {
    action: "/api/give_activation_code",
    keeps: &[],
};
/// Set the first password, or do without one.
pub const SET_FIRST_PASSWORD: Form = Form {
    action: "/api/set_first_password",
    keeps: &[],
};
/// Choose and answer security questions while access is activated.
pub const ANSWER_FIRST_QUESTIONS: Form = Form {
    action: "/api/answer_first_questions",
    keeps: ANSWER_QUESTIONS.keeps,
};
/// Invite a contact, copy the link, read a code out, or put away what was shown.
pub const STEP_INVITATION: Form = Form {
    action: "/api/step_invitation",
    keeps: &[],
};
/// Keep another name, place or role of somebody of the team.
pub const CHANGE_STAFF: Form = Form {
    action: "/api/change_staff",
    keeps: &["id", "name", "title", "role"],
};
/// Invite somebody to the team.
pub const INVITE_STAFF: Form = Form {
    action: "/api/invite_staff",
    keeps: &["name", "title", "address", "role"],
};
/// Begin to join the team, with the secret of the link.
pub const BEGIN_JOINING: Form = Form {
    action: "/api/begin_joining",
    keeps: &[],
};
/// Begin to join the team, with the code of the mail.
pub const TYPE_JOIN_CODE: Form = Form {
    action: "/api/type_join_code",
    keeps: &[],
};
/// Set the first password of somebody who joins the team.
pub const JOIN_TEAM: Form = Form {
    action: "/api/join_team",
    keeps: &[],
};
/// Sign somebody of the team out everywhere, invite them again, or end their work here.
pub const STEP_STAFF: Form = Form {
    action: "/api/step_staff",
    keeps: &[],
};
/// Do something to the files that are ticked.
pub const CHANGE_FILES: Form = Form {
    action: "/files/change",
    keeps: &[],
};
/// Where ticked files, or all of a client, are downloaded as one. What it refuses is told where [`CHANGE_FILES`] stands.
pub const ZIP_FILES: &str = "/files/zip";
/// Add a folder of a client's files.
pub const ADD_FOLDER: Form = Form {
    action: "/api/add_folder",
    keeps: &["name"],
};
/// Give a folder another name, or take it away.
pub const CHANGE_FOLDER: Form = Form {
    action: "/api/change_folder",
    keeps: &[],
};

/// Choose the button for the firm's website.
pub const SAVE_BUTTON: Form = Form {
    action: "/api/save_button",
    keeps: &["look", "words"],
};

/// Choose how people sign in.
pub const SAVE_SIGN_IN: Form = Form {
    action: "/api/save_sign_in",
    keeps: &[
        "profile",
        "password_chars",
        "character_kinds",
        "passwordless",
        "link_minutes",
        "send_code_on_open",
        "without_mobile",
        "contacts_need_factor",
        "questions",
        "question_list",
        "idle_days",
        "total_days",
    ],
};

/// Say how much room files may take.
pub const SAVE_STORAGE: Form = Form {
    action: "/api/save_storage",
    keeps: &["firm_room", "client_room"],
};
/// Say how much room the files of one client may take.
pub const SAVE_CLIENT_ROOM: Form = Form {
    action: "/api/save_client_room",
    keeps: &[],
};

/// See whether the store works.
pub const PROBE_STORE: Form = Form {
    action: "/api/probe_store",
    keeps: &[],
};

/// Take a list of old addresses in.
pub const IMPORT_LEGACY: Form = Form {
    action: "/api/import_legacy",
    keeps: &["list"],
};
/// Let an old address lead nowhere.
pub const REMOVE_LEGACY: Form = Form {
    action: "/api/remove_legacy",
    keeps: &[],
};

/// All forms; a test holds this equal to the server functions that change something.
pub const FORMS: &[Form] = &[
    ASK_LINK,
    TYPE_CODE,
    REDEEM_LINK,
    REDEEM_CODE,
    SIGN_IN,
    GIVE_CODE,
    GIVE_RECOVERY_CODE,
    ENROL_APP,
    CODES_KEPT,
    ASK_AGAIN,
    FORGET_DEVICE,
    MAIL_STEP_CODE,
    GIVE_MAILED_CODE,
    END_DEVICE,
    END_OTHER_DEVICES,
    BEGIN_APP,
    CONFIRM_APP,
    REMOVE_APP,
    SIGN_IN_BY_PASSKEY,
    GIVE_PASSKEY,
    ENROL_PASSKEY,
    ADD_PASSKEY,
    RENAME_PASSKEY,
    REMOVE_PASSKEY,
    CONFIRM_BY_PASSKEY,
    NEW_CODES,
    OWN_CODES_KEPT,
    ANSWER_QUESTIONS,
    CLEAR_QUESTIONS,
    CONFIRM_BY_APP,
    CONFIRM_BY_PASSWORD,
    ASK_OWN_LINK,
    SET_PASSWORD,
    REMOVE_PASSWORD,
    ASK_RESET,
    BEGIN_RESET,
    BEGIN_RESET_BY_CODE,
    ANSWER_RESET,
    TEXT_RESET_CODE,
    GIVE_RESET_CODE,
    FINISH_RESET,
    SEND_RESET,
    ASK_ADDRESS,
    CALL_OFF_ADDRESS,
    PROVE_ADDRESS,
    PROVE_ADDRESS_BY_CODE,
    SIGN_OUT,
    SEND_MESSAGE,
    ADD_CLIENT,
    CHANGE_CLIENT,
    STEP_PORTAL,
    RESTRICT_CLIENT,
    ADD_CONTACT,
    CHANGE_CONTACT,
    GIVE_CLIENT,
    TAKE_CLIENT,
    STEP_CONTACT,
    BEGIN_ACTIVATION,
    TYPE_INVITATION_CODE,
    ASK_INVITATION,
    SEND_ACTIVATION_CODE,
    GIVE_ACTIVATION_CODE,
    SET_FIRST_PASSWORD,
    ANSWER_FIRST_QUESTIONS,
    STEP_INVITATION,
    CHANGE_STAFF,
    STEP_STAFF,
    INVITE_STAFF,
    BEGIN_JOINING,
    TYPE_JOIN_CODE,
    JOIN_TEAM,
    CHANGE_FILES,
    ADD_FOLDER,
    CHANGE_FOLDER,
    SAVE_BUTTON,
    SAVE_SIGN_IN,
    SAVE_STORAGE,
    SAVE_CLIENT_ROOM,
    PROBE_STORE,
    IMPORT_LEGACY,
    REMOVE_LEGACY,
    upload_link::MAKE,
    upload_link::STEP,
    upload_link::OPEN,
    upload_link::GIVE_PIN,
    upload_link::INTRODUCE,
    upload_link::PROVE,
];

/// What was typed into a refused form, and why it was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// The form's [`Form::action`], or [`Form::on`] where it stands on several pages.
    pub form: String,
    /// Declared fields and what was typed.
    pub kept: Vec<(String, String)>,
    /// Why.
    pub problem: Problem,
}

impl Flash {
    /// What was typed into `field`.
    pub fn typed(&self, field: &str) -> Option<&str> {
        self.kept
            .iter()
            .find(|(name, _)| name == field)
            .map(|(_, value)| value.as_str())
    }
}
