//! How a page writes an amount of data: decimal units, as file managers and tariffs do.

/// `0 bytes`, `1 byte`, `640 bytes`, `8.4 MB`, `20 GB`.
pub fn human(bytes: u64) -> String {
    match bytes {
        1 => "1 byte".to_owned(),
        0..1_000 => format!("{bytes} bytes"),
        1_000..999_950 => scaled(bytes, 1_000, "KB"),
        999_950..999_950_000 => scaled(bytes, 1_000_000, "MB"),
        999_950_000..999_950_000_000 => scaled(bytes, 1_000_000_000, "GB"),
        _ => scaled(bytes, 1_000_000_000_000, "TB"),
    }
}

/// One digit after the point, none when it would be zero: integers only, so that both sides round alike.
fn scaled(bytes: u64, unit: u64, name: &str) -> String {
    let tenths = (u128::from(bytes) * 10 + u128::from(unit) / 2) / u128::from(unit);
    let (whole, tenth) = (tenths / 10, tenths % 10);
    if tenth == 0 {
        format!("{whole} {name}")
    } else {
        format!("{whole}.{tenth} {name}")
    }
}

#[cfg(test)]
mod tests {
    use super::human;

    #[test]
    fn sizes_read_as_people_write_them() {
        for (bytes, text) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (999, "999 bytes"),
            (1_000, "1 KB"),
            (8_440_000, "8.4 MB"),
            (999_949, "999.9 KB"),
            (999_950, "1 MB"),
            (20_000_000_000, "20 GB"),
            (u64::MAX, "18446744.1 TB"),
        ] {
            assert_eq!(human(bytes), text);
        }
    }
}
