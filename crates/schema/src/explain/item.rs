//! Items of arrays: too many, repeated, or none of the kind that is asked for.

use serde_json::Value as Json;
use treatise_source::{Pointer, Value};

use super::finder::element_of;
use super::wording::{counted, description, joined, quoted, shown};
use super::{Explainer, Subject, Violation};
use crate::unique::first_repeated;

impl<'r, 's> Explainer<'r, 's> {
    /// What is said at the first element behind the last one that is allowed.
    pub(super) fn one_item_too_many(
        &self,
        array: Value<'r>,
        at: &Pointer,
        limit: usize,
    ) -> Vec<Violation> {
        let message = match limit {
            0 => "the array must be empty".to_owned(),
            1 => "at most 1 item is allowed here".to_owned(),
            _ => format!("at most {} are allowed here", counted(limit as u64, "item")),
        };
        let element = self.finder.element(array, limit);
        element
            .map(|element| Violation::new(element.span(), element_of(at, limit), message))
            .into_iter()
            .collect()
    }

    /// `contains` with its bounds.
    pub(super) fn without_item(&self, subject: &Subject<'r, 's>) -> Violation {
        let asked = subject.beside("contains");
        let bound = |keyword| subject.beside(keyword).and_then(Json::as_u64);
        let what = match asked.and_then(|asked| asked.get("const")) {
            Some(value) => quoted(value),
            None => match asked.and_then(|asked| asked.get("enum")?.as_array()) {
                Some(values) => {
                    let values: Vec<_> = values.iter().map(quoted).collect();
                    joined(&values, "or")
                }
                None => "as the schema describes".to_owned(),
            },
        };
        let message = match (bound("minContains"), bound("maxContains")) {
            (None | Some(1), None) => format!("at least one item must be {what}, and none is"),
            (least, None) => format!("at least {} items must be {what}", least.unwrap_or(1)),
            (None | Some(0 | 1), Some(most)) if subject.keyword() == "maxContains" => {
                format!("at most {} may be {what}", counted(most, "item"))
            }
            (least, Some(most)) => format!(
                "at least {} and at most {} must be {what}",
                least.unwrap_or(1),
                counted(most, "item")
            ),
        };
        let mut violation = self.about(subject, message);
        violation.help.extend(description(asked));
        if let (None, Some(asked)) = (description(asked), asked)
            && asked.get("const").is_none()
            && asked.get("enum").is_none()
        {
            violation
                .help
                .push(format!("what is asked of the item: {}", quoted(asked)));
        }
        violation
    }

    pub(super) fn repeated(&self, subject: &Subject<'r, 's>) -> Violation {
        match first_repeated(subject.value) {
            Some((earlier, later)) => {
                let position = subject
                    .value
                    .elements()
                    .take_while(|element| element.index() < later.index())
                    .count();
                let mut violation = Violation::new(
                    later.span(),
                    element_of(&subject.pointer, position),
                    format!("{} is there twice", shown(later)),
                );
                violation.related = Some((earlier.span(), "the first time".into()));
                violation.help.push("delete one of the two".into());
                violation
            }
            None => self.about(subject, "an item is there twice"),
        }
    }
}
