//! Numbers and strings mean what they mean in mathematics and Unicode, however they are written.

use treatise_schema::Draft;

use crate::judge::{Reading, assert_verdicts, schema, schema_of};

#[test]
fn a_number_without_fraction_is_an_integer() {
    assert_verdicts(
        &schema(r#"{"type": "integer"}"#),
        &[
            "1",
            "-0",
            "1.0",
            "1e2",
            "1.50e1",
            "-2.00",
            "18446744073709551616",
            "1e30",
            "123456789012345678901234567890",
            "123456789012345678901234567890.0",
            "12345678901234567890.5e1",
            "1e400",
            "0e-400",
        ],
        &[
            "1.5",
            "1e-1",
            "0.1",
            "123456789012345678901234567890.5",
            "9007199254740993.25",
            "1e-400",
            "null",
            "\"1\"",
            "true",
        ],
    );
}

#[test]
fn draft_4_goes_by_how_an_integer_is_written() {
    let schema = schema_of(
        &[("schema.json", r#"{"type": "integer"}"#)],
        Reading::draft(Draft::Draft4),
    );
    assert_verdicts(
        &schema,
        &["1", "123456789012345678901234567890"],
        &["1.0", "1e2"],
    );
}

#[test]
fn equality_is_by_value_for_constants_and_enumerations() {
    let schema = schema(r#"{"enum": [1, {"a": [2.50, "x"]}, 1e3, 0]}"#);
    assert_verdicts(
        &schema,
        &["1.0", "10e-1", r#"{"a": [2.5, "\u0078"]}"#, "1000", "-0.0"],
        &[
            "true",
            "1.1",
            r#"{"a": [2.5]}"#,
            r#"{"a": [2.5, "x"], "b": 1}"#,
            "\"1\"",
            "false",
        ],
    );
    let constant = crate::judge::schema(r#"{"const": {"a": 1, "b": [0]}}"#);
    assert_verdicts(
        &constant,
        &[r#"{"b": [0.0], "a": 1.0}"#],
        &[r#"{"a": 1, "b": [false]}"#, r#"{"a": 1}"#],
    );
}

#[test]
fn uniqueness_is_by_value_in_short_and_long_arrays() {
    let schema = schema(r#"{"uniqueItems": true}"#);
    let long = |last: &str| {
        let numbers: Vec<String> = (0..40).map(|number| number.to_string()).collect();
        format!("[{}, {last}]", numbers.join(", "))
    };
    assert_verdicts(
        &schema,
        &[
            r#"[1, true, "1", [1], {"a": 1}, null, 0, false, {}, []]"#,
            &long("true"),
            &long("0.5"),
            r"[9007199254740993, 9007199254740992]",
        ],
        &[
            "[1, 1.0]",
            r#"[{"a": 1, "b": 2}, {"b": 2e0, "a": 1}]"#,
            r#"["a", "\u0061"]"#,
            "[[0], [-0.0]]",
            &long("7.0"),
            &long("70e-1"),
        ],
    );
}

#[test]
fn bounds_hold_for_large_and_small_numbers() {
    assert_verdicts(
        &schema(r#"{"minimum": 0, "exclusiveMaximum": 18446744073709551615}"#),
        &["0", "-0.0", "18446744073709551614", "0.1"],
        &["-1e-5", "18446744073709551615", "1e400", "-1e400"],
    );
    assert_verdicts(
        &schema(r#"{"multipleOf": 0.01}"#),
        &["4.35", "0", "-1.10", "19.99", "5"],
        &["4.355", "0.001"],
    );
    assert_verdicts(
        &schema(r#"{"multipleOf": 3}"#),
        &["9", "9.0", "3e1", "-6", "30000000000000000000000"],
        &["10", "1e1", "9.5"],
    );
}

#[test]
fn strings_are_measured_in_code_points() {
    assert_verdicts(
        &schema(r#"{"minLength": 2, "maxLength": 3}"#),
        &[
            r#""äö""#,
            r#""🦀🦀""#,
            r#""\ud83e\udd80\ud83e\udd80""#,
            r#""e\u0301x""#,
            "1",
        ],
        &[r#""🦀""#, r#""äöüß""#, r#""""#],
    );
}

#[test]
fn of_a_repeated_member_the_last_one_counts() {
    assert_verdicts(
        &schema(r#"{"properties": {"a": {"type": "integer"}}, "maxProperties": 2}"#),
        &[r#"{"a": "x", "b": 1, "a": 1}"#],
        &[r#"{"a": 1, "b": 1, "a": "x"}"#],
    );
}
