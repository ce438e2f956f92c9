//! Passkeys (WebAuthn level 3): what an authenticator is asked for, and whether its answer holds.
//!
//! A passkey is made for one host and discovered there by the authenticator itself, so that nobody types an address; and
//! it is asked to verify its owner each time (a finger, a face, a PIN), so that it counts as two factors. The state
//! between the two steps of either ceremony is text for the caller, who keeps it sealed and never in the browser.
//!
//! The challenges are made by `webauthn-rs`, with the operating system's randomness.

#[cfg(any(test, feature = "testing"))]
pub mod soft;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use uuid::Uuid;
use webauthn_rs::{
    Webauthn, WebauthnBuilder,
    prelude::{
        DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential,
        Url, WebauthnError,
    },
};

/// Bytes of a browser's answer that are read: a certificate chain of an attestation fits, and none is asked for.
const ANSWER_BYTES: usize = 32 * 1024;

/// Why an answer does not hold. What exactly was wrong is for the log.
#[derive(Debug, thiserror::Error)]
pub enum PasskeyFault {
    /// Its counter did not grow: there may be a second copy of a key that cannot be copied.
    #[error("the passkey may have been copied")]
    Copied,
    /// Anything else: another challenge, another origin, a wrong signature, no answer at all.
    #[error("the passkey's answer does not hold: {0}")]
    Wrong(String),
}

impl From<WebauthnError> for PasskeyFault {
    fn from(cause: WebauthnError) -> Self {
        match cause {
            WebauthnError::CredentialPossibleCompromise => Self::Copied,
            other => Self::Wrong(other.to_string()),
        }
    }
}

impl From<serde_json::Error> for PasskeyFault {
    fn from(cause: serde_json::Error) -> Self {
        // Its words may repeat what was sent; the kind does not.
        Self::Wrong(format!("{:?} in JSON", cause.classify()))
    }
}

/// Where passkeys are made and used: one host, and the one origin that its pages have.
pub struct PasskeySite(Webauthn);

/// Whose passkey is made, as the authenticator will show it.
pub struct PasskeyOwner<'a> {
    /// The person.
    pub id: Uuid,
    /// The address at which they sign in.
    pub address: &'a str,
    /// Their name.
    pub name: &'a str,
}

/// A question to an authenticator.
pub struct PasskeyAsked {
    /// What the browser gets, as JSON.
    pub options: String,
    /// What the caller keeps, sealed, until the answer comes.
    pub state: String,
}

/// A new passkey.
pub struct PasskeyMade {
    /// The public id by which it is found.
    pub id: Vec<u8>,
    /// Public key and counter, as the caller keeps them.
    pub credential: String,
}

/// A browser's answer to [`PasskeySite::ask_to_sign`], read but not believed.
pub struct PasskeySigned(PublicKeyCredential);

impl PasskeySigned {
    /// Reads an answer.
    ///
    /// # Errors
    /// It has not the shape of one.
    pub fn read(answer: &str) -> Result<Self, PasskeyFault> {
        Ok(Self(serde_json::from_str(short(answer)?)?))
    }

    /// The public id of the passkey that answered.
    pub fn credential_id(&self) -> &[u8] {
        self.0.get_credential_id()
    }

    /// Whose it is, as the authenticator says.
    pub fn owner(&self) -> Option<Uuid> {
        Uuid::from_slice(self.0.get_user_unique_id()?).ok()
    }
}

impl PasskeySite {
    /// The place of a host's pages; `None` where there are no passkeys, as at a host that is a number.
    pub fn new(host: &str, origin: &str, name: &str) -> Option<Self> {
        let origin = Url::parse(origin).ok()?;
        origin.domain()?;
        let builder = WebauthnBuilder::new(host, &origin).ok()?;
        builder.rp_name(name).build().ok().map(Self)
    }

    /// Asks for a new passkey, on none of the authenticators that hold one of `known`.
    ///
    /// # Errors
    /// The owner has no name.
    pub fn ask_to_make(&self, owner: &PasskeyOwner<'_>, known: &[Vec<u8>]) -> Result<PasskeyAsked, PasskeyFault> {
        let (question, state) =
            self.0
                .start_passkey_registration(owner.id, owner.address, owner.name, Some(known.to_vec()))?;
        let mut options = serde_json::to_value(question.public_key)?;
        // Left to itself, the library discourages what can be discovered.
        let wanted = &mut options["authenticatorSelection"];
        wanted["residentKey"] = "required".into();
        wanted["requireResidentKey"] = true.into();
        wanted["userVerification"] = "required".into();
        asked(&options, &state)
    }

    /// Takes the answer to [`ask_to_make`](Self::ask_to_make). The caller sees to it that no other person has a passkey
    /// of the same id.
    ///
    /// # Errors
    /// It does not hold, or the passkey could not be discovered later.
    pub fn made(&self, state: &str, answer: &str) -> Result<PasskeyMade, PasskeyFault> {
        let state: PasskeyRegistration = serde_json::from_str(state)?;
        let answer: RegisterPublicKeyCredential = serde_json::from_str(short(answer)?)?;
        let discovered = answer.extensions.cred_props.as_ref().and_then(|props| props.rk);
        if discovered == Some(false) {
            return Err(PasskeyFault::Wrong("it cannot be discovered".to_owned()));
        }
        let passkey = self.0.finish_passkey_registration(&answer, &state)?;
        Ok(PasskeyMade {
            id: passkey.cred_id().clone(),
            credential: serde_json::to_string(&passkey)?,
        })
    }

    /// Asks for the signature of one of `known`, or of whichever passkey of this host is discovered, and has its owner
    /// verified.
    ///
    /// # Errors
    /// Never for a site that was made.
    pub fn ask_to_sign(&self, known: &[Vec<u8>]) -> Result<PasskeyAsked, PasskeyFault> {
        let (question, state) = self.0.start_discoverable_authentication()?;
        let mut options = serde_json::to_value(question.public_key)?;
        options["allowCredentials"] = known
            .iter()
            .map(|id| json!({ "type": "public-key", "id": URL_SAFE_NO_PAD.encode(id) }))
            .collect();
        options["userVerification"] = "required".into();
        asked(&options, &state)
    }

    /// Takes the answer to [`ask_to_sign`](Self::ask_to_sign) of the passkey whose `credential` was kept. Gives the
    /// credential to keep from now on.
    ///
    /// # Errors
    /// It does not hold, or the passkey's counter did not grow.
    pub fn signed(&self, state: &str, answer: &PasskeySigned, credential: &str) -> Result<String, PasskeyFault> {
        let state: DiscoverableAuthentication = serde_json::from_str(state)?;
        let mut passkey: Passkey = serde_json::from_str(credential)?;
        let result = self
            .0
            .finish_discoverable_authentication_v2(&answer.0, state, &passkey)?;
        if !result.user_verified() {
            return Err(PasskeyFault::Wrong("its owner was not verified".to_owned()));
        }
        passkey.update_credential(&result);
        Ok(serde_json::to_string(&passkey)?)
    }
}

fn asked(options: &Value, state: &impl serde::Serialize) -> Result<PasskeyAsked, PasskeyFault> {
    Ok(PasskeyAsked {
        options: options.to_string(),
        state: serde_json::to_string(state)?,
    })
}

fn short(answer: &str) -> Result<&str, PasskeyFault> {
    if answer.len() <= ANSWER_BYTES {
        Ok(answer)
    } else {
        Err(PasskeyFault::Wrong("it is too long".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::{soft::Authenticator, *};
    use proptest::prelude::*;

    const HOST: &str = "portal.harcourtpell.example";
    const ORIGIN: &str = "https://portal.harcourtpell.example";

    fn site() -> PasskeySite {
        PasskeySite::new(HOST, ORIGIN, "Harcourt & Pell").expect("a site")
    }

    const OWNER: PasskeyOwner<'static> = PasskeyOwner {
        id: Uuid::from_bytes([7; 16]),
        address: "anwen@marlowe.example",
        name: "Anwen Marlowe",
    };

    fn enrolled(authenticator: &mut Authenticator) -> PasskeyMade {
        let asked = site().ask_to_make(&OWNER, &[]).expect("asked");
        let answer = authenticator.make(&asked.options, ORIGIN).expect("made");
        site().made(&asked.state, &answer).expect("taken")
    }

    #[test]
    fn a_passkey_is_asked_to_be_discoverable_and_to_verify_its_owner() {
        let asked = site().ask_to_make(&OWNER, &[vec![1, 2, 3]]).expect("asked");
        let options: Value = serde_json::from_str(&asked.options).expect("JSON");
        let wanted = &options["authenticatorSelection"];
        assert_eq!(wanted["residentKey"], "required");
        assert_eq!(wanted["requireResidentKey"], true);
        assert_eq!(wanted["userVerification"], "required");
        assert_eq!(options["rp"]["id"], HOST);
        assert_eq!(options["attestation"], "none");
        assert_eq!(options["excludeCredentials"][0]["id"], "AQID");
        let asked = site().ask_to_sign(&[]).expect("asked");
        let options: Value = serde_json::from_str(&asked.options).expect("JSON");
        assert_eq!(options["userVerification"], "required");
        assert_eq!(options["rpId"], HOST);
        assert_eq!(options["allowCredentials"], json!([]));
    }

    #[test]
    fn what_was_made_signs_and_its_counter_grows() {
        let mut authenticator = Authenticator::new(1);
        let made = enrolled(&mut authenticator);
        let mut credential = made.credential;
        for _ in 0..2 {
            let asked = site().ask_to_sign(&[]).expect("asked");
            let answer = PasskeySigned::read(&authenticator.sign(&asked.options, ORIGIN).expect("signed"));
            let answer = answer.expect("an answer");
            assert_eq!(
                (answer.credential_id(), answer.owner()),
                (made.id.as_slice(), Some(OWNER.id))
            );
            credential = site().signed(&asked.state, &answer, &credential).expect("it holds");
        }
    }

    #[test]
    fn another_origin_host_challenge_key_or_an_unverified_owner_is_refused() {
        let mut authenticator = Authenticator::new(2);
        let made = enrolled(&mut authenticator);
        let ask = || site().ask_to_sign(&[]).expect("asked");
        let holds = |state: &str, answer: &str| {
            let answer = PasskeySigned::read(answer)?;
            site().signed(state, &answer, &made.credential)
        };
        let asked = ask();
        for origin in [
            "https://portal.harcourtpell.example.evil.example",
            "http://portal.harcourtpell.example",
            "https://portal.harcourtpell.example:8443",
            "https://www.portal.harcourtpell.example",
        ] {
            let answer = authenticator.sign(&asked.options, origin).expect("signed");
            assert!(holds(&asked.state, &answer).is_err(), "{origin}");
        }
        let answer = authenticator.sign(&ask().options, ORIGIN).expect("signed");
        assert!(holds(&asked.state, &answer).is_err(), "another challenge");

        let elsewhere = PasskeySite::new("portal.lark.example", "https://portal.lark.example", "Lark").expect("a site");
        let foreign = elsewhere.ask_to_sign(&[]).expect("asked");
        assert!(
            authenticator.sign(&foreign.options, ORIGIN).is_none(),
            "no passkey there"
        );

        let mut other = Authenticator::new(3);
        enrolled(&mut other);
        let answer = other.sign_as(&made.id, &asked.options, ORIGIN).expect("signed");
        assert!(holds(&asked.state, &answer).is_err(), "another key");

        authenticator.verifies = false;
        let answer = authenticator.sign(&asked.options, ORIGIN).expect("signed");
        assert!(holds(&asked.state, &answer).is_err(), "nobody was verified");
        authenticator.verifies = true;
        let answer = authenticator.sign(&asked.options, ORIGIN).expect("signed");
        assert!(holds(&asked.state, &answer).is_ok(), "and the right answer holds");
    }

    #[test]
    fn a_counter_that_does_not_grow_tells_of_a_copy() {
        let mut authenticator = Authenticator::new(4);
        let made = enrolled(&mut authenticator);
        let mut copy = authenticator.clone();
        let asked = site().ask_to_sign(&[]).expect("asked");
        let sign = |one: &mut Authenticator| PasskeySigned::read(&one.sign(&asked.options, ORIGIN).expect("signed"));
        let first = sign(&mut authenticator).expect("an answer");
        let kept = site().signed(&asked.state, &first, &made.credential).expect("it holds");
        let second = sign(&mut copy).expect("an answer");
        assert!(matches!(
            site().signed(&asked.state, &second, &kept),
            Err(PasskeyFault::Copied)
        ));
    }

    #[test]
    fn a_passkey_that_cannot_be_discovered_or_verifies_nobody_is_not_taken() {
        for spoil in [
            |authenticator: &mut Authenticator| authenticator.discoverable = false,
            |authenticator: &mut Authenticator| authenticator.verifies = false,
        ] {
            let mut authenticator = Authenticator::new(5);
            spoil(&mut authenticator);
            let asked = site().ask_to_make(&OWNER, &[]).expect("asked");
            let answer = authenticator.make(&asked.options, ORIGIN).expect("made");
            assert!(site().made(&asked.state, &answer).is_err());
        }
    }

    #[test]
    fn a_host_that_is_a_number_has_no_passkeys() {
        assert!(PasskeySite::new("[::1]", "http://[::1]:3000", "Demo").is_none());
        assert!(PasskeySite::new("127.0.0.1", "http://127.0.0.1:3000", "Demo").is_none());
        assert!(PasskeySite::new("localhost", "http://localhost:3000", "Demo").is_some());
        assert!(PasskeySite::new(HOST, "https://portal.lark.example", "Demo").is_none());
    }

    proptest! {
        #[test]
        fn no_foreign_text_is_an_answer(text in "\\PC{0,200}") {
            let asked = site().ask_to_make(&OWNER, &[]).expect("asked");
            prop_assert!(site().made(&asked.state, &text).is_err());
            prop_assert!(PasskeySigned::read(&text).is_err());
        }
    }
}
