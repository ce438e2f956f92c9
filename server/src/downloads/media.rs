//! What type a file is sent as: by its name's ending, from a short list. A file is always an attachment in a sandbox, so
//! the type only helps the other end to choose a program; what is not listed goes as plain bytes. Nothing that a browser
//! would run (HTML, SVG, XML, scripts) is listed.

/// The media type to send a file of that name as.
pub fn kind(name: &str) -> &'static str {
    let ending = name
        .rsplit_once('.')
        .map_or_else(String::new, |(_, ending)| ending.to_ascii_lowercase());
    match ending.as_str() {
        "pdf" => "application/pdf",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "heic" => "image/heic",
        "tif" | "tiff" => "image/tiff",
        "txt" => "text/plain; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "zip" => "application/zip",
        "doc" => "application/msword",
        "xls" => "application/vnd.ms-excel",
        "ppt" => "application/vnd.ms-powerpoint",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "odt" => "application/vnd.oasis.opendocument.text",
        "ods" => "application/vnd.oasis.opendocument.spreadsheet",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::kind;

    #[test]
    fn what_a_browser_would_run_is_plain_bytes() {
        for name in [
            "a.html",
            "a.HTM",
            "a.svg",
            "a.xhtml",
            "a.xml",
            "a.js",
            "a.pdf.html",
            "pdf",
            "",
            "a.",
        ] {
            assert_eq!(kind(name), "application/octet-stream", "{name}");
        }
        assert_eq!(kind("Return.PDF"), "application/pdf");
    }
}
