//! Counts the values and records of a JSON text while it arrives, so that a body with too many is never kept.

use crate::error::{Error, Result};

const MAX_LIST_RECORDS: usize = 1_000;
/// Almost three times what 1,000 companies have, the records with the most fields.
const MAX_VALUES: usize = 100_000;

#[derive(Debug, Default)]
pub(super) struct Scan {
    /// Commas and opening brackets, those in texts apart.
    separators: usize,
    /// Commas between the elements of the outermost list or object.
    outer_commas: usize,
    depth: usize,
    is_in_text: bool,
    is_escaped: bool,
}

impl Scan {
    pub fn add(&mut self, chunk: &[u8]) {
        for byte in chunk {
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' => self.is_escaped = self.is_in_text,
                b'"' => self.is_in_text = !self.is_in_text,
                _ if self.is_in_text => {}
                b'[' | b'{' => {
                    self.separators += 1;
                    self.depth += 1;
                }
                b']' | b'}' => self.depth = self.depth.saturating_sub(1),
                b',' => {
                    self.separators += 1;
                    self.outer_commas += usize::from(self.depth == 1);
                }
                _ => {}
            }
        }
    }

    pub fn values(&self) -> usize {
        self.separators + 1
    }

    pub fn expect_few_values(&self) -> Result<()> {
        let count = self.values();
        if count <= MAX_VALUES {
            return Ok(());
        }
        Err(Error::Unreadable(format!("The body has {count} values. Send at most {MAX_VALUES} at a time.")))
    }

    /// The outermost value must be a list that is not empty.
    pub fn expect_few_records(&self) -> Result<()> {
        expect_few_records(self.outer_commas + 1)
    }
}

pub(super) fn expect_few_records(count: usize) -> Result<()> {
    if count <= MAX_LIST_RECORDS {
        return Ok(());
    }
    Err(Error::Unreadable(format!("Input has {count} records. Send at most {MAX_LIST_RECORDS} at a time.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(chunks: &[&str]) -> Scan {
        let mut scan = Scan::default();
        for chunk in chunks {
            scan.add(chunk.as_bytes());
        }
        scan
    }

    #[test]
    fn counts_values_outside_of_texts() {
        for (text, count) in
            [("1", 1), (r#"[{"a":1,"b":[2,3]}]"#, 6), (r#"["a,[{","\",",{}]"#, 5), (r#"["\\",2]"#, 3)]
        {
            assert_eq!(scan(&[text]).values(), count, "{text}");
            let (start, end) = text.split_at(text.len() / 2);
            assert_eq!(scan(&[start, end]).values(), count, "{start} and {end}");
        }
    }

    #[test]
    fn refuses_too_many_values() {
        let many = "0,".repeat(MAX_VALUES / 2);
        assert!(scan(&["[", &many]).expect_few_values().is_ok());
        let refused = scan(&["[", &many, &many]).expect_few_values();
        assert!(matches!(refused, Err(Error::Unreadable(_))));
    }

    #[test]
    fn counts_the_elements_of_the_outermost_list() {
        let record = r#"{"a":[1,2],"b":",{"},"#;
        assert!(scan(&["[", &record.repeat(999), "{}]"]).expect_few_records().is_ok());
        assert!(scan(&["[", &record.repeat(1_000), "{}]"]).expect_few_records().is_err());
    }
}
