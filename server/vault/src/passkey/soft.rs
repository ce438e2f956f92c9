//! An authenticator in software, with the browser around it: for tests alone.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};

use crate::random::SecureRandom;

/// Flags of the authenticator's data (WebAuthn level 3, section 6.1).
const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const ATTESTED: u8 = 0x40;

/// Holds passkeys of any host, and says yes whenever it is asked.
#[derive(Clone)]
pub struct Authenticator {
    random: SecureRandom,
    passkeys: Vec<Held>,
    counter: u32,
    /// Whether it verifies its owner.
    pub verifies: bool,
    /// Whether its passkeys can be discovered.
    pub discoverable: bool,
}

#[derive(Clone)]
struct Held {
    id: Vec<u8>,
    host: String,
    owner: String,
    key: Vec<u8>,
}

impl Authenticator {
    /// An empty one.
    pub fn new(seed: u64) -> Self {
        Self {
            random: SecureRandom::seeded(seed),
            passkeys: Vec::new(),
            counter: 0,
            verifies: true,
            discoverable: true,
        }
    }

    /// Makes a passkey for a page of `origin`, and gives the browser's answer; `None` when it holds one of those that
    /// are excluded.
    ///
    /// # Panics
    /// The options are none of ours.
    pub fn make(&mut self, options: &str, origin: &str) -> Option<String> {
        let options: Value = serde_json::from_str(options).expect("options in JSON");
        let excluded = ids(&options["excludeCredentials"]);
        if self.passkeys.iter().any(|held| excluded.contains(&held.id)) {
            return None;
        }
        let host = options["rp"]["id"].as_str().expect("a host");
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &SystemRandom::new()).expect("a key");
        let held = Held {
            id: self.random.bytes::<16>().to_vec(),
            host: host.to_owned(),
            owner: options["user"]["id"].as_str().expect("an owner").to_owned(),
            key: made.as_ref().to_vec(),
        };
        let mut data = self.data(host, ATTESTED);
        data.extend([0; 16]); // No model is named.
        data.extend([0, u8::try_from(held.id.len()).expect("a short id")]);
        data.extend(&held.id);
        data.extend(cose(&held.pair()));
        // {"fmt": "none", "attStmt": {}, "authData": ..}
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59".to_vec();
        object.extend(u16::try_from(data.len()).expect("short data").to_be_bytes());
        object.extend(&data);
        let id = encode(&held.id);
        self.passkeys.push(held);
        let answer = json!({
            "id": id, "rawId": id, "type": "public-key",
            "response": {
                "attestationObject": encode(&object),
                "clientDataJSON": encode(client_data("webauthn.create", &options, origin).as_bytes()),
                "transports": ["internal"],
            },
            "clientExtensionResults": { "credProps": { "rk": self.discoverable } },
        });
        Some(answer.to_string())
    }

    /// Signs for a page of `origin`; `None` when it holds no passkey that is asked for.
    ///
    /// # Panics
    /// The options are none of ours.
    pub fn sign(&mut self, options: &str, origin: &str) -> Option<String> {
        let asked: Value = serde_json::from_str(options).expect("options in JSON");
        let (host, known) = (asked["rpId"].as_str().expect("a host"), ids(&asked["allowCredentials"]));
        let fits = |held: &&Held| held.host == host && (known.is_empty() || known.contains(&held.id));
        let id = self.passkeys.iter().find(fits)?.id.clone();
        self.sign_as(&id, options, origin)
    }

    /// Signs with the passkey of this id, or with the first one in its name, whatever is asked for: what an attacker
    /// does; `None` when it holds none.
    ///
    /// # Panics
    /// The options are none of ours.
    pub fn sign_as(&mut self, id: &[u8], options: &str, origin: &str) -> Option<String> {
        let asked: Value = serde_json::from_str(options).expect("options in JSON");
        let held = self.passkeys.iter().find(|held| held.id == id);
        let held = held.or(self.passkeys.first())?.clone();
        self.counter += 1;
        let data = self.data(asked["rpId"].as_str().expect("a host"), 0);
        let client = client_data("webauthn.get", &asked, origin);
        let message = [&*data, digest(&SHA256, client.as_bytes()).as_ref()].concat();
        let signature = held.pair().sign(&SystemRandom::new(), &message).expect("signed");
        let id = encode(id);
        let answer = json!({
            "id": id, "rawId": id, "type": "public-key",
            "response": {
                "authenticatorData": encode(&data),
                "clientDataJSON": encode(client.as_bytes()),
                "signature": encode(signature.as_ref()),
                "userHandle": held.owner,
            },
            "clientExtensionResults": {},
        });
        Some(answer.to_string())
    }

    fn data(&self, host: &str, more: u8) -> Vec<u8> {
        let verified = if self.verifies { VERIFIED } else { 0 };
        let mut data = digest(&SHA256, host.as_bytes()).as_ref().to_vec();
        data.push(PRESENT | verified | more);
        data.extend(self.counter.to_be_bytes());
        data
    }
}

impl Held {
    fn pair(&self) -> EcdsaKeyPair {
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &self.key, &SystemRandom::new()).expect("its own key")
    }
}

/// The public key as a `COSE_Key` (RFC 9053 section 7.1.1): `{1: 2, 3: -7, -1: 1, -2: x, -3: y}`.
fn cose(pair: &EcdsaKeyPair) -> Vec<u8> {
    let point = pair.public_key().as_ref();
    let mut key = b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20".to_vec();
    key.extend(&point[1..33]);
    key.extend(b"\x22\x58\x20");
    key.extend(&point[33..]);
    key
}

fn client_data(kind: &str, options: &Value, origin: &str) -> String {
    json!({ "type": kind, "challenge": options["challenge"], "origin": origin, "crossOrigin": false }).to_string()
}

fn ids(list: &Value) -> Vec<Vec<u8>> {
    let all = list.as_array().into_iter().flatten();
    all.filter_map(|one| URL_SAFE_NO_PAD.decode(one["id"].as_str()?).ok())
        .collect()
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
