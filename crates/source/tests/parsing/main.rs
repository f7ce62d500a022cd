//! What the parser makes of texts: case folders, the grammar of RFC 8259, and properties.

mod attacks;
mod cases;
mod grammar;
mod peer;
mod print;
mod properties;

use treatise_source::{Fault, Limits, Parser, Text, Tree};

/// Reads and parses `bytes` as a program would, and shows the result: the tree, all faults of text
/// and tree, and whether the tree has everything that the text says.
fn parse<T>(bytes: &[u8], show: impl FnOnce(&Tree<'_>, &[Fault], bool) -> T) -> T {
    let text = Text::from_bytes(bytes);
    let mut parser = Parser::new();
    let parsed = parser.parse(text.as_str(), Limits::default());
    let faults = [text.faults(), parsed.faults].concat();
    let is_complete = text.faults().is_empty() && parsed.is_complete();
    print::check_invariants(&parsed.tree);
    show(&parsed.tree, &faults, is_complete)
}
