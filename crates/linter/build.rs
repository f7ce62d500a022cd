//! Lists the rules: each file in `src/rules` is one, and its doc comment is its page.
//!
//! So a rule is a file and a folder of cases, and no list has to be kept.

#![expect(
    clippy::disallowed_methods,
    reason = "a build script reads the sources that it is made for, and writes where cargo says"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() {
    let here = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    // Whole paths, because the list has them too: where the project was moved, they are gone and
    // the list is made again.
    for folder in ["src/rules", "tests/rules"] {
        let folder = here.join(folder);
        println!("cargo::rerun-if-changed={}", folder.display());
    }
    let pages = out.join("pages");
    std::fs::create_dir_all(&pages).expect("cargo's folder can be written to");
    let (mut modules, mut list) = (String::new(), String::new());
    for file in listed(&here.join("src/rules")) {
        let stem = file.file_stem().expect("a rule is a file");
        let module = stem.to_str().expect("names of rules are ASCII");
        let name = module.replace('_', "-");
        let source = std::fs::read_to_string(&file).expect("a rule can be read");
        std::fs::write(pages.join(format!("{name}.md")), page(&source))
            .expect("cargo's folder can be written to");
        writeln!(modules, "#[path = {}]\nmod {module};", quoted(&file))
            .expect("a string takes all text");
        let examples = examples(&here.join("tests/rules").join(&name));
        writeln!(
            list,
            "    Lint {{ rule: &{module}::RULE, check: {module}::CHECK, needs_whole: {module}::NEEDS_WHOLE, prepare: {module}::prepare, examples: &[{examples}] }},"
        )
        .expect("a string takes all text");
    }
    let registry = format!(
        "{modules}\n/// Every rule, by name.\npub(crate) static LINTS: &[Lint] = &[\n{list}];\n"
    );
    std::fs::write(out.join("registry.rs"), registry).expect("cargo's folder can be written to");
}

/// What a folder holds, by name; nothing where there is no such folder.
fn listed(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("a folder can be listed").path())
        .collect();
    paths.sort();
    paths
}

/// The doc comment at the top of a file.
fn page(source: &str) -> String {
    let lines = source
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .map(|line| line.strip_prefix(' ').unwrap_or(line));
    lines.fold(String::new(), |page, line| page + line + "\n")
}

/// The cases that are small enough to be read on a page: those that are one file.
fn examples(folder: &Path) -> String {
    let mut examples = String::new();
    for case in listed(folder) {
        let (changes, expected) = (case.join("case.json"), case.join("expected.txt"));
        let name = case.file_name().expect("a case is a folder");
        let is_whole = listed(&case).iter().all(|path| path.is_file());
        if changes.is_file() && expected.is_file() && is_whole {
            write!(
                examples,
                "Example {{ name: {}, changes: include_str!({}), found: include_str!({}) }}, ",
                quoted(Path::new(name)),
                quoted(&changes),
                quoted(&expected)
            )
            .expect("a string takes all text");
        }
    }
    examples
}

/// A path as a literal of Rust.
fn quoted(path: &Path) -> String {
    format!("{:?}", path.to_str().expect("the path is Unicode"))
}
