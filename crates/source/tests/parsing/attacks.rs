//! Texts made to exhaust a parser: each is read in time and memory linear in its length. A text
//! that took quadratic time would keep this test from ending.

use treatise_source::{FaultKind, Limits, Parser, Syntax};

use crate::parse;

const MANY: usize = 2_000_000;

fn fault_count(bytes: &[u8]) -> usize {
    parse(bytes, |_, faults, _| faults.len())
}

#[test]
fn openings_without_end() {
    for opening in ["[", "{\"a\":", "[{\"a\":", "[[],", "{\"\":{},\"a\":"] {
        let kinds = parse(opening.repeat(MANY).as_bytes(), |_, faults, is_complete| {
            assert!(!is_complete);
            faults.iter().map(|fault| fault.kind).collect::<Vec<_>>()
        });
        assert_eq!(kinds, [FaultKind::TooDeep { limit: 127 }], "{opening}");
    }
}

#[test]
fn one_byte_repeated() {
    for byte in 0..=u8::MAX {
        let bytes = vec![byte; 100_000];
        assert!(fault_count(&bytes) <= 202, "{byte:#x}");
        let in_string = [b"[\"".as_slice(), &bytes, b"\", 1]"].concat();
        assert!(fault_count(&in_string) <= 202, "{byte:#x} in a string");
        let in_array = [b"[1, ".as_slice(), &bytes, b"]"].concat();
        assert!(fault_count(&in_array) <= 202, "{byte:#x} in an array");
        let in_object = [b"{\"a\": 1, ".as_slice(), &bytes, b"}"].concat();
        assert!(fault_count(&in_object) <= 202, "{byte:#x} in an object");
    }
}

#[test]
fn faults_repeated() {
    for (start, fault) in [
        ("[", "/**/"),
        ("[1", "/**/"),
        ("{", "//\n"),
        ("{\"a\":", "//\n"),
        ("", "//\n"),
        ("1", "//\n"),
        ("[", "/ "),
        ("[\"", "\u{1}"),
        ("[\"", "\\q"),
        ("[\"", "\\ud800"),
        ("[", "\"\\ud800\","),
        ("{", "\"\\ud800\":1,"),
        ("[", "\"\n"),
        ("{", "\"a\n"),
        ("[", "]}"),
        ("{", "}]"),
        ("[", "[}"),
        ("[", "-0,"),
        ("[", "1e999,"),
        ("[", ",,"),
        ("{", "\"a\":1,"),
        ("{", "\"\\u0061\":1,"),
        ("{", "a:1,"),
        ("{", "\"a\" 1 "),
        ("[", "'"),
        ("[", "'\\"),
        ("[", "\"\u{200b}\","),
        ("[", "\"\\u200b\","),
        ("[", "nul "),
        ("[", "x\n"),
        ("[", "\u{feff}"),
    ] {
        for end in ["", "\"", "]", "}", "\\", "\\u", "\\ud800\\u"] {
            let text = format!("{start}{}{end}", fault.repeat(100_000));
            let count = fault_count(text.as_bytes());
            assert!((1..=202).contains(&count), "{start}{fault}…{end}: {count}");
        }
    }
}

#[test]
fn numbers_without_end() {
    let digits = "1".repeat(MANY);
    for number in [
        digits.clone(),
        format!("-{digits}"),
        format!("0.{digits}"),
        format!("1e{digits}"),
        format!("1e-{digits}"),
        format!("{digits}.{digits}E+{digits}"),
        format!("1{}e-{MANY}", "0".repeat(MANY)),
    ] {
        parse(number.as_bytes(), |tree, faults, is_complete| {
            assert!(is_complete, "long, and still a number");
            assert!(faults.len() <= 1);
            assert_eq!(tree.root().source().len(), number.len());
        });
    }
}

#[test]
fn names_chosen_to_be_slow() {
    // The same length, the same first and last eight bytes: one hash for all.
    let members: Vec<_> = (0..50_000)
        .map(|number| format!("\"aaaaaaaa{:06}aaaaaaaa\":1", number % 49_999))
        .collect();
    let text = format!("{{{},\"b\":1}}", members.join(","));
    let mut parser = Parser::new();
    let parsed = parser.parse(&text, Limits::default());
    assert!(parsed.is_complete());
    assert_eq!(parsed.faults.len(), 1);
    assert_eq!(parsed.faults[0].kind, FaultKind::DuplicateKey);
    assert_eq!(parsed.tree.root().len(), 50_000);
}

#[test]
fn faults_of_legal_json_never_hide_its_content() {
    let text = format!("[{}1]", "-0,".repeat(1000));
    parse(text.as_bytes(), |tree, faults, is_complete| {
        assert!(is_complete);
        assert_eq!(faults.len(), 100);
        assert_eq!(faults[99].unlisted, 900);
        assert_eq!(tree.root().len(), 1001);
    });
    let text = format!("[{}1,]", "-0,".repeat(1000));
    parse(text.as_bytes(), |_, faults, is_complete| {
        assert!(!is_complete);
        let last = faults.last().expect("there are faults");
        assert_eq!(last.kind, FaultKind::InvalidJson(Syntax::TrailingComma));
        let unlisted: Vec<_> = faults.iter().map(|fault| fault.unlisted).collect();
        assert_eq!(
            unlisted[98..],
            [0, 900, 0],
            "the last that is like them says so"
        );
    });
}

#[test]
fn what_is_lost_in_the_tree_is_said_behind_any_number_of_other_faults() {
    let mut parser = Parser::new();
    let mut is_faithful = |text: &str| parser.parse(text, Limits::default()).is_faithful();
    let harmless = "-0,".repeat(1000);
    assert!(is_faithful(&format!("[{harmless}1]")));
    for lost in [r#"{"a": 1, "a": 2}"#, r#""\ud800""#] {
        assert!(!is_faithful(&format!("[{harmless}{lost}]")), "{lost}");
    }
}

#[test]
fn every_prefix_and_every_missing_byte() {
    let text = "\u{feff}{\"a\": [1.5e-3, true, null, \"\\ud83e\\udd80 ä🦀\", {\"\\u0061\": {}}], \
                'b': /* c */ -0, \"a\": [[[]]], }\r\n";
    for end in 0..=text.len() {
        fault_count(&text.as_bytes()[..end]);
        fault_count(&text.as_bytes()[end..]);
        let mut bytes = text.as_bytes().to_vec();
        if end < bytes.len() {
            bytes.remove(end);
            fault_count(&bytes);
        }
        for inserted in b"\"\\'{}[],:/*\n\r\0\xffu1-" {
            let mut bytes = text.as_bytes().to_vec();
            bytes.insert(end, *inserted);
            fault_count(&bytes);
        }
    }
}

#[test]
fn a_lower_limit_of_depth_holds_and_a_higher_one_does_not() {
    let mut parser = Parser::new();
    for (limit, depth, is_read) in [
        (0, 0, true),
        (0, 1, false),
        (1, 1, true),
        (1, 2, false),
        (1000, 127, true),
        (1000, 128, false),
    ] {
        let text = format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        let parsed = parser.parse(&text, Limits { depth: limit });
        assert_eq!(
            parsed.is_complete(),
            is_read,
            "{depth} with a limit of {limit}"
        );
    }
}
