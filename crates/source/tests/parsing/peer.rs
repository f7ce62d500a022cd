//! The parser beside `serde_json`: what one takes as JSON the other does too, and both read the
//! same from it.
//!
//! Three things are legal by the grammar of RFC 8259 and refused by `serde_json`; here they are
//! faults that don't spoil the tree: escapes of half a surrogate pair, numbers larger than any
//! double, and a byte order mark, which readers may ignore. The limits of nesting are the same,
//! and of repeated members both keep the last.

use proptest::prelude::*;
use serde_json::Value;
use treatise_source::{Fault, FaultKind, NumberLoss};

use crate::parse;
use crate::print;

fn is_refused_by_peer(fault: &Fault) -> bool {
    matches!(
        fault.kind,
        FaultKind::LoneSurrogate
            | FaultKind::LossyNumber(NumberLoss::Overflow)
            | FaultKind::ByteOrderMark
    )
}

/// Panics where the two disagree.
fn compare(bytes: &[u8]) {
    let (printed, is_taken) = parse(bytes, |tree, faults, is_complete| {
        let is_taken = is_complete && !faults.iter().any(is_refused_by_peer);
        (print::json(tree.root()), is_taken)
    });
    match serde_json::from_slice::<Value>(bytes) {
        Ok(value) => {
            assert!(is_taken, "the peer takes it: {value}");
            let printed: Value = serde_json::from_str(&printed).expect("a printed tree is JSON");
            assert_eq!(printed, value);
        }
        Err(error) => assert!(!is_taken, "the peer does not take it: {error}"),
    }
}

/// Pieces of JSON, whole and broken.
const PIECES: &[&str] = &[
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    "\"",
    "\\",
    "/",
    "'",
    " ",
    "\n",
    "\r",
    "\t",
    "null",
    "true",
    "false",
    "nul",
    "0",
    "-",
    "1",
    "12",
    ".5",
    "e",
    "E+2",
    "1e400",
    "-0",
    "01",
    "\"a\"",
    "\"a\":",
    "\"\\u0061\":",
    "\"b\": 1,",
    "\\u",
    "\\ud83e",
    "\\udd80",
    "\\n",
    "\\x",
    "ä",
    "🦀",
    "\u{feff}",
    "\u{200b}",
    "\u{0}",
    "\u{1f}",
    "\u{7f}",
    "//",
    "/*",
    "*/",
    "NaN",
    "\n<<<<<<< a\n",
    "\n=======\n",
    "\n>>>>>>> b\n",
    "[]",
    "{}",
    "[1, 2]",
    "{\"a\": {}}",
];

fn pieces() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..24).prop_map(|pieces| pieces.concat())
}

/// A change to a text: at a place, so many bytes give way to a piece.
fn changes() -> impl Strategy<Value = Vec<(prop::sample::Index, usize, &'static str)>> {
    let change = (
        any::<prop::sample::Index>(),
        0..4_usize,
        prop_oneof![Just(""), prop::sample::select(PIECES)],
    );
    prop::collection::vec(change, 0..4)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        compare(&bytes);
    }

    #[test]
    fn any_pieces_of_json(text in pieces()) {
        compare(text.as_bytes());
    }

    #[test]
    fn any_string(content in pieces()) {
        compare(format!("{{\"{content}\": [\"{content}\"]}}").as_bytes());
    }

    #[test]
    fn any_number(text in "-?[0-9]{0,25}(\\.[0-9]{0,25})?([eE][+-]?[0-9]{0,3})?") {
        compare(text.as_bytes());
        compare(format!("[{text}]").as_bytes());
    }

    #[test]
    fn changed_json(value in crate::properties::values(), changes in changes()) {
        let mut bytes = serde_json::to_vec_pretty(&value).expect("a value can be printed");
        for (place, length, piece) in changes {
            let start = place.index(bytes.len() + 1);
            let end = (start + length).min(bytes.len());
            bytes.splice(start..end, piece.bytes());
        }
        compare(&bytes);
    }
}

#[test]
fn nesting_up_to_the_limit() {
    for depth in 120..=130 {
        compare(format!("{}{}", "[".repeat(depth), "]".repeat(depth)).as_bytes());
        compare(format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth)).as_bytes());
    }
}
