//! Any bytes become text and a tree that keep their promises, and what is JSON to `serde_json` is
//! JSON to us, with the same content.

#![no_main]

#[path = "../../crates/source/tests/parsing/print.rs"]
mod print;

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use treatise_source::{Fault, FaultKind, Limits, NumberLoss, Parser, Text};

/// What the peer refuses although the grammar has it.
fn is_refused_by_peer(fault: &Fault) -> bool {
    matches!(
        fault.kind,
        FaultKind::LoneSurrogate
            | FaultKind::LossyNumber(NumberLoss::Overflow)
            | FaultKind::ByteOrderMark
    )
}

fuzz_target!(|bytes: &[u8]| {
    let text = Text::from_bytes(bytes);
    let mut parser = Parser::new();
    let parsed = parser.parse(text.as_str(), Limits::default());
    print::check_invariants(&parsed.tree);
    print::faults(text.as_str(), text.faults());
    print::faults(text.as_str(), parsed.faults);

    let is_complete = text.faults().is_empty() && parsed.is_complete();
    match serde_json::from_slice::<Value>(bytes) {
        Ok(value) => {
            assert!(is_complete, "the peer takes it");
            let printed = print::json(parsed.tree.root());
            assert_eq!(serde_json::from_str::<Value>(&printed).ok(), Some(value));
        }
        Err(error) => {
            let is_refused = parsed
                .faults
                .iter()
                .any(|fault| is_refused_by_peer(fault) || fault.unlisted > 0);
            assert!(!is_complete || is_refused, "the peer says: {error}");
        }
    }
});
