//! JSON values in the one form in which they are compared: members sorted, numbers by value.

use serde_json::Value;

/// Up to here a double holds every integer.
const SAFE_INTEGER: f64 = 9_007_199_254_740_992.0;

/// A value of a record with numbers as they compare: `1.0` is `1`.
pub(crate) fn read(value: treatise_source::Value<'_>) -> Value {
    normalised(treatise_schema::to_value(value))
}

/// A value with numbers as they compare.
pub(crate) fn normalised(value: Value) -> Value {
    match value {
        Value::Number(number) => match number.as_f64() {
            Some(double)
                if number.is_f64() && double.fract() == 0.0 && double.abs() <= SAFE_INTEGER =>
            {
                (double as i64).into()
            }
            _ => Value::Number(number),
        },
        Value::Array(items) => items.into_iter().map(normalised).collect(),
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| (name, normalised(value)))
            .collect(),
        other => other,
    }
}

/// The text of a value in canonical form: members sorted by name, nothing between tokens. Equal
/// values have equal texts.
pub fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Array(items) => {
            text.push('[');
            for (position, item) in items.iter().enumerate() {
                if position > 0 {
                    text.push(',');
                }
                write(item, text);
            }
            text.push(']');
        }
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_unstable_by_key(|(name, _)| *name);
            text.push('{');
            for (position, (name, value)) in sorted.into_iter().enumerate() {
                if position > 0 {
                    text.push(',');
                }
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push(':');
                write(value, text);
            }
            text.push('}');
        }
        scalar => text.push_str(&scalar.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_equal_has_one_text() {
        let read = |text: &str| normalised(serde_json::from_str(text).expect("it is JSON"));
        let left = read(r#"{"b":[1.0,-0.5],"a":"\u00e9"}"#);
        let right = read(r#"{ "a": "é", "b": [1, -5e-1] }"#);
        assert_eq!(canonical(&left), r#"{"a":"é","b":[1,-0.5]}"#);
        assert_eq!(canonical(&left), canonical(&right));
        assert_eq!(left, right);
    }
}
