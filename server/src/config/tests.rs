use super::*;

const FILE: &str = include_str!("../../../Leptos.toml");
const CARGO: &str = include_str!("../../../Cargo.toml");

fn leptos() -> LeptosOptions {
    LeptosOptions::builder().output_name("gatehouse").build()
}

fn read(text: &str, environment: &[(&str, &str)]) -> Result<Config, String> {
    let environment = environment
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    Config::read(text, leptos(), &environment).map_err(|refusal| refusal.to_string())
}

fn refusal(text: &str, environment: &[(&str, &str)]) -> String {
    match read(text, environment) {
        Ok(_) => panic!("{text:?} {environment:?} was accepted"),
        Err(sentence) => sentence,
    }
}

#[test]
fn the_file_that_we_ship_is_accepted_and_explains_every_setting() {
    read(FILE, &[]).expect("our own file");
    for setting in &SETTINGS {
        let table = FILE
            .split("\n[")
            .find(|part| part.starts_with(&format!("{}]", setting.table)))
            .unwrap_or_else(|| panic!("no table [{}]", setting.table));
        let named = table.lines().any(|line| {
            let line = line.trim_start_matches(['#', ' ']);
            line.strip_prefix(setting.key)
                .is_some_and(|rest| rest.trim_start().starts_with('='))
                || line.starts_with(&setting.variable())
        });
        assert!(named, "[{}] {} is not explained", setting.table, setting.key);
    }
}

#[test]
fn the_two_leptos_tables_are_equal() {
    let table = |text: &str| {
        let tables: toml::Table = text.parse().expect("toml");
        tables["workspace"]["metadata"]["leptos"].clone()
    };
    assert_eq!(table(FILE), table(CARGO));
}

#[test]
fn the_environment_has_the_last_word() {
    let file = "[server]\nlisten = \"127.0.0.1:3000\"\n[log]\nformat = \"json\"";
    let config = read(
        file,
        &[
            ("GATEHOUSE_SERVER_LISTEN", "127.0.0.1:4000"),
            ("GATEHOUSE_DATA", "/srv/x"),
        ],
    )
    .expect("a config");
    assert_eq!(config.listen.port(), 4000);
    assert_eq!(config.stores.folder, Path::new("/srv/x/store"));
    assert!(config.log_json);
    let short = read(file, &[("GATEHOUSE_LISTEN", "[::1]:5000")]).expect("a config");
    assert_eq!(short.listen.port(), 5000);
}

#[test]
fn an_unknown_key_is_refused_by_name() {
    assert!(refusal("[server]\nlisen = \"x\"", &[]).starts_with("[server] lisen is not a setting"));
    assert!(refusal("[sever]\nlisten = \"x\"", &[]).starts_with("[sever] listen is not"));
    assert!(refusal("listen = \"x\"", &[]).starts_with("The key `listen` is not"));
    assert!(refusal("", &[("GATEHOUSE_LISTN", "x")]).starts_with("GATEHOUSE_LISTN is not"));
}

#[test]
fn a_bad_value_is_refused_with_what_is_expected() {
    for (file, sentence) in [
        (
            "[scanner]\naddress = \"clamd\"",
            "[scanner] address: unix: and an absolute path",
        ),
        (
            "[s3]\nendpoint = \"http://store.example\"",
            "[s3] endpoint: an address that begins with https://",
        ),
        ("[stores]\nuse = \"tape\"", "[stores] use: disk, s3 or azure"),
        (
            "[stores]\nfirms = [\"portal.example\"]",
            "[stores] firms: hosts with a store",
        ),
        ("[server]\nlisten = \"3000\"", "[server] listen: an address with a port"),
        ("[server]\nlisten = 3000", "[server] listen: an address with a port"),
        ("[server]\npublic-port = 70000", "[server] public-port: a port"),
        ("[database]\nkind = \"mysql\"", "[database] kind: sqlite or postgres"),
        (
            "[database]\nkind = \"postgres\"\nprefix = \"A-b\"",
            "[database] prefix: up to 20",
        ),
        ("[proxy]\ntrusted = [\"10.0.0.0/40\"]", "[proxy] trusted: a list"),
        ("[log]\nformat = \"xml\"", "[log] format: text or json"),
        ("[log]\nfilter = \"info=what=\"", "[log] filter: levels"),
    ] {
        let said = refusal(file, &[]);
        assert!(said.starts_with(sentence), "{said}");
    }
}

#[test]
fn secrets_come_from_the_environment_and_are_never_repeated() {
    for file in [
        "[keys]\nroot = \"0123456789\"",
        "[database]\nkind = \"postgres\"\nurl = \"postgres://0123456789@h/d\"",
    ] {
        let said = refusal(file, &[]);
        assert!(
            said.contains("in the environment") && !said.contains("0123456789"),
            "{said}"
        );
    }
}

#[test]
fn a_public_address_needs_tls_or_a_declared_proxy() {
    let open = "[server]\nlisten = \"0.0.0.0:80\"";
    assert!(refusal(open, &[]).contains("nothing encrypts the way"));
    let proxied = read(open, &[("GATEHOUSE_PROXY_TRUSTED", "10.0.0.0/8, 127.0.0.1/32")]).expect("a config");
    assert!(proxied.is_secure() && proxied.proxies.len() == 2);
    assert_eq!(proxied.link_port(), None);
    let half = refusal("[server]\nlisten = \"0.0.0.0:443\"\ncertificate = \"a.pem\"", &[]);
    assert!(half.contains("certificate-key is missing"), "{half}");
    let own = "[server]\nlisten = \"0.0.0.0:8443\"\ncertificate = \"a\"\ncertificate-key = \"b\"";
    assert_eq!(read(own, &[]).expect("a config").link_port(), Some(8443));
}

#[test]
fn postgres_needs_its_address() {
    let file = "[database]\nkind = \"postgres\"";
    assert!(refusal(file, &[]).contains("GATEHOUSE_DATABASE_URL"));
    assert!(read(file, &[("GATEHOUSE_DATABASE_URL", "postgres://p@h/d")]).is_ok());
    assert!(refusal("", &[("GATEHOUSE_DATABASE_URL", "postgres://p@h/d")]).contains("kind postgres"));
}

#[test]
fn the_root_key_lies_outside_the_data_folder_by_default() {
    let config = read("", &[("HOME", "/home/gatehouse")]).expect("a config");
    assert!(config.root == RootSource::File("/home/gatehouse/.config/gatehouse/root.key".into()));
}
