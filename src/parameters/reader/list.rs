//! Arrays, checked element by element, each bad one with a sentence of its own. Empty texts are skipped:
//! a form sends `ids[]=` to say that there are none.

use std::cell::RefCell;

use serde_json::Value;

use super::{Hash, Name, choice, integer, text};
use crate::parameters::rule::Rule;

/// More bad elements than these add nothing but length to an answer.
const REFUSALS: usize = 20;

impl<'a> Hash<'a> {
    /// An array of integers that has to be sent; null and `[]` both say none.
    pub fn integers_or_nil(&self, name: &str) -> Vec<i64> {
        let array = self.required(name.into(), |value| match value {
            Value::Null => Ok(&[][..]),
            value => array(value, Rule::Integers),
        });
        self.elements(name.into(), array.unwrap_or_default(), an_integer)
    }

    /// A required array of at least one text, each not blank and of at most `max` characters.
    pub fn strings(&self, name: &str, max: usize) -> Vec<String> {
        self.strings_as(name, max, |text| Some(text.to_owned()))
    }

    /// As [`Hash::strings`], each taken for what it spells; one that spells nothing of the kind is refused.
    pub fn strings_as<T>(&self, name: &str, max: usize, parse: impl Fn(&str) -> Option<T>) -> Vec<T> {
        let array = self.required(name.into(), |value| filled(value, Rule::Strings));
        self.elements(name.into(), array.unwrap_or_default(), |value| a_string(value, max, &parse))
    }

    /// As [`Hash::strings_as`], but it may be left out or empty.
    pub fn optional_strings_as<T>(
        &self,
        name: &str,
        max: usize,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Vec<T> {
        let array = self.optional(name.into(), |value| array(value, Rule::Strings));
        self.elements(name.into(), array.unwrap_or_default(), |value| a_string(value, max, &parse))
    }

    /// A required array of at least one of the words, each spelled exactly so and named once.
    pub fn some_of<T: Copy + PartialEq + AsRef<str>>(&self, name: &str, choices: &[T]) -> Vec<T> {
        let array = self.required(name.into(), |value| filled(value, Rule::Strings));
        let chosen = RefCell::new(Vec::new());
        self.elements(name.into(), array.unwrap_or_default(), |value| {
            let choice = choice::chosen(value, choices)?;
            let mut chosen = chosen.borrow_mut();
            if chosen.contains(&choice) {
                return Err(Rule::Once);
            }
            chosen.push(choice);
            Ok(choice)
        })
    }

    fn elements<T>(
        &self,
        name: Name<'_>,
        array: &'a [Value],
        check: impl Fn(&Value) -> Result<T, Rule>,
    ) -> Vec<T> {
        let mut passed = Vec::new();
        let mut refused = 0;
        for (place, element) in sent(array) {
            match check(element) {
                Ok(element) => passed.push(element),
                Err(rule) if refused < REFUSALS => {
                    refused += 1;
                    self.refuse(name, format!("{}[{place}]", self.field(name.text)), element, &rule);
                }
                Err(_) => break,
            }
        }
        passed
    }
}

fn sent(array: &[Value]) -> impl Iterator<Item = (usize, &Value)> {
    array.iter().enumerate().filter(|(_, element)| *element != "")
}

fn array(value: &Value, rule: Rule) -> Result<&[Value], Rule> {
    value.as_array().map(Vec::as_slice).ok_or(rule)
}

fn filled(value: &Value, rule: Rule) -> Result<&[Value], Rule> {
    let array = array(value, rule)?;
    if sent(array).next().is_none() { Err(Rule::NotBlank) } else { Ok(array) }
}

fn an_integer(value: &Value) -> Result<i64, Rule> {
    integer::whole(value).map_err(|_| Rule::Integers)
}

fn a_string<T>(value: &Value, max: usize, parse: impl Fn(&str) -> Option<T>) -> Result<T, Rule> {
    match text::filled(value, max) {
        Ok(text) => parse(text).ok_or(Rule::Valid),
        Err(Rule::String) => Err(Rule::Strings),
        Err(rule) => Err(rule),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::{problems, refusal, value};
    use super::*;

    #[test]
    fn integers_or_nil_takes_none_in_several_ways() {
        for (sent, expected) in [
            (json!([1, 2]), vec![1, 2]),
            (json!(["1", 2]), vec![1, 2]),
            (json!(["", "1"]), vec![1]),
            (json!([""]), vec![]),
            (json!([]), vec![]),
            (json!(null), vec![]),
        ] {
            assert_eq!(value(sent.clone(), |root| root.integers_or_nil("x")), expected, "{sent}");
        }
        for sent in [json!(1), json!("1"), json!(""), json!({ "0": 1 })] {
            let sentence = refusal(sent.clone(), |root| root.integers_or_nil("x"));
            assert!(sentence.ends_with(": Must be an array of Integer"), "{sent} {sentence}");
        }
    }

    #[test]
    fn lists_that_need_something_refuse_nothing() {
        let digits = |text: &str| text.parse::<u8>().ok();
        assert_eq!(value(json!(["a", "", "b"]), |root| root.strings("x", 5)), ["a", "b"]);
        assert_eq!(value(json!(["1", "", "2"]), |root| root.strings_as("x", 5, digits)), [1, 2]);
        for sent in [json!([]), json!([""])] {
            assert!(refusal(sent.clone(), |root| root.strings("x", 5)).ends_with(": can't be blank"));
            assert!(value(sent, |root| root.optional_strings_as("x", 5, digits)).is_empty());
        }
        assert!(refusal(json!("a"), |root| root.strings("x", 5)).ends_with(": Must be an array of String"));
        assert!(value(json!(null), |root| root.optional_strings_as("x", 5, digits)).is_empty());
    }

    #[test]
    fn each_bad_element_has_its_sentence() {
        let noted = problems(
            &json!({ "a": { "ids": [1, "x", null, 2.5], "names": ["ok", "", 1, " ", "123456", "no"] } }),
            |root| {
                let a = root.hash("a");
                let ok = |text: &str| (text == "ok").then_some(());
                (a.integers_or_nil("ids"), a.strings_as("names", 5, ok))
            },
        );
        let expected = [
            ("a.ids[1]", "invalid", "Invalid parameter 'ids' value \"x\": Must be an array of Integer"),
            ("a.ids[2]", "invalid", "Invalid parameter 'ids' value nil: Must be an array of Integer"),
            ("a.ids[3]", "invalid", "Invalid parameter 'ids' value 2.5: Must be an array of Integer"),
            ("a.names[2]", "invalid", "Invalid parameter 'names' value 1: Must be an array of String"),
            ("a.names[3]", "blank", "Invalid parameter 'names' value \" \": can't be blank"),
            (
                "a.names[4]",
                "too_long",
                "Invalid parameter 'names' value \"123456\": is too long (maximum is 5 characters)",
            ),
            ("a.names[5]", "invalid", "Invalid parameter 'names' value \"no\": is invalid"),
        ];
        assert_eq!(
            noted.iter().map(|p| (p.field.as_str(), p.code, p.message.as_str())).collect::<Vec<_>>(),
            expected
        );
    }

    #[test]
    fn words_of_a_list_stand_once() {
        const SIDES: [&str; 2] = ["workspace", "personal"];
        assert_eq!(value(json!(["personal"]), |root| root.some_of("x", &SIDES)), ["personal"]);
        assert_eq!(value(json!(["", "personal", "workspace"]), |root| root.some_of("x", &SIDES)).len(), 2);
        for (sent, expected) in [
            (json!([]), "value []: can't be blank"),
            (json!("personal"), "value \"personal\": Must be an array of String"),
            (json!(null), "value nil: Must be an array of String"),
            (json!(["mine"]), "value \"mine\": Must be one of: workspace, personal."),
            (json!([1]), "value 1: Must be one of: workspace, personal."),
            (json!(["personal", "workspace", "personal"]), "value \"personal\": is named twice"),
        ] {
            let sentence = refusal(sent, |root| root.some_of("x", &SIDES));
            assert_eq!(sentence, format!("Invalid parameter 'x' {expected}"));
        }
    }

    #[test]
    fn an_answer_stays_small() {
        let noted = problems(&json!({ "ids": vec!["x"; 30_000] }), |root| root.integers_or_nil("ids"));
        assert_eq!(noted.len(), REFUSALS);
    }
}
