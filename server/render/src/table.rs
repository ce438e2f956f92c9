//! Text that is a table.

use csv::{ReaderBuilder, StringRecord};

/// Rows that a [`Table`] has at most.
pub const ROWS: usize = 1000;
/// Cells that a row has at most.
pub const COLUMNS: usize = 50;
/// Characters that a cell has at most.
pub const CELL: usize = 200;

/// Rows by which the character between two cells is found.
const TRIED: usize = 10;

/// The beginning of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// At most [`ROWS`] rows of at most [`COLUMNS`] cells; rows may differ in length. Which of them is a heading the format
    /// does not say.
    pub rows: Vec<Vec<String>>,
    /// Whether something was left out: rows, cells or the end of a cell.
    pub cut: bool,
}

/// Reads a text as CSV (RFC 4180), with a comma, a semicolon or a tab between the cells, whichever divides its first rows
/// more evenly.
///
/// `None` if none of them divides the first row. A letter's prose has commas as well, so ask only for a file that calls
/// itself a table.
pub fn table(text: &str) -> Option<Table> {
    // Spreadsheets write the mark, and it belongs to no cell.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let delimiter = delimiter(text)?;
    let mut table = Table {
        rows: Vec::new(),
        cut: false,
    };
    for row in rows(text, delimiter) {
        if table.rows.len() == ROWS {
            table.cut = true;
            break;
        }
        table.cut |= row.len() > COLUMNS;
        let cells = row
            .iter()
            .take(COLUMNS)
            .map(|cell| match cell.char_indices().nth(CELL) {
                Some((end, _)) => {
                    table.cut = true;
                    cell[..end].to_owned()
                }
                None => cell.to_owned(),
            });
        table.rows.push(cells.collect());
    }
    Some(table)
}

fn rows(text: &str, delimiter: u8) -> impl Iterator<Item = StringRecord> {
    let reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    // In flexible rows of a `str` there is nothing to refuse.
    reader.into_records().map_while(Result::ok)
}

/// The character that makes the most rows as long as the first, and of those the one that makes them longest.
fn delimiter(text: &str) -> Option<u8> {
    let score = |delimiter: u8| {
        let mut lengths = rows(text, delimiter).take(TRIED).map(|row| row.len());
        let first = lengths.next().filter(|first| *first > 1)?;
        Some((lengths.filter(|length| *length == first).count(), first, delimiter))
    };
    b",;\t"
        .iter()
        .filter_map(|delimiter| score(*delimiter))
        .max()
        .map(|(_, _, delimiter)| delimiter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        table(text).unwrap().rows
    }

    #[test]
    fn each_delimiter_is_found() {
        let expected = vec![vec!["name", "sum"], vec!["Ada", "1.5"]];
        assert_eq!(cells("name,sum\nAda,1.5\n"), expected);
        assert_eq!(cells("\u{feff}name;sum\r\nAda;1.5"), expected);
        assert_eq!(cells("name\tsum\nAda\t1.5\n"), expected);
        // Decimal commas between semicolons, and both within quotes.
        assert_eq!(cells("a;b\n1,5;2,5\n"), vec![vec!["a", "b"], vec!["1,5", "2,5"]]);
        assert_eq!(
            cells("\"a;b\",c\n\"d\n;;e\",\"f\"\"g\"\n"),
            vec![vec!["a;b", "c"], vec!["d\n;;e", "f\"g"]]
        );
    }

    #[test]
    fn rows_may_differ_and_text_is_no_table() {
        assert_eq!(cells("a,b,c\nd\n").len(), 2);
        assert_eq!(table("Dear Ada\nthank you; it came, all of it"), None);
        assert_eq!(table(""), None);
    }

    #[test]
    fn what_is_too_much_is_cut() {
        let row = vec!["x"; COLUMNS].join(",");
        let fits = vec![row.as_str(); ROWS].join("\n");
        assert!(!table(&fits).unwrap().cut);
        assert!(table(&format!("{fits}\n{row}")).unwrap().cut);

        let wide = table(&format!("{row},y\n")).unwrap();
        assert!(wide.cut);
        assert_eq!(wide.rows[0].len(), COLUMNS);

        let long = table(&format!("{},b\n", "é".repeat(CELL + 1))).unwrap();
        assert!(long.cut);
        assert_eq!(long.rows[0][0].chars().count(), CELL);
        assert!(!table(&format!("{},b\n", "é".repeat(CELL))).unwrap().cut);

        // A quote that never closes makes the rest one cell.
        assert_eq!(cells(&format!("a,b\n\"{}", "c,\n".repeat(100_000))).len(), 2);
    }
}
