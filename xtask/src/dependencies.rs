//! What the crates of others allow, and where they come from.

use anyhow::{Context, Result};
use serde::Deserialize;
use spdx::{Expression, ParseMode};

/// Licences under which code may become part of a program that is under MIT or Apache 2.0.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Where crates may come from: the registry keeps what it has, and `Cargo.lock` has the hashes.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Of what `cargo metadata` prints, what is asked for.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    /// An SPDX expression.
    license: Option<String>,
    /// None for the crates of the workspace.
    source: Option<String>,
}

/// How many crates of others there are, and a line for each that may not be used.
pub(crate) struct Judged {
    pub(crate) count: usize,
    pub(crate) faults: Vec<String>,
}

/// Judges the crates in the output of `cargo metadata`.
pub(crate) fn judge(output: &str) -> Result<Judged> {
    // Cargo may have said something before.
    let json = output.lines().find(|line| line.starts_with('{'));
    let metadata: Metadata = serde_json::from_str(json.unwrap_or_default())
        .context("what `cargo metadata` printed can't be understood")?;
    let packages = metadata.packages.into_iter();
    let of_others: Vec<_> = packages
        .filter(|package| package.source.is_some())
        .collect();
    Ok(Judged {
        count: of_others.len(),
        faults: of_others.iter().filter_map(fault).collect(),
    })
}

fn fault(package: &Package) -> Option<String> {
    let Package { name, version, .. } = package;
    let source = package.source.as_deref().unwrap_or_default();
    if source != REGISTRY {
        return Some(format!(
            "{name} {version} is not from the registry: {source}"
        ));
    }
    let licence = package.license.as_deref().unwrap_or("no licence");
    // Older crates write `/` for `OR`.
    let expression = Expression::parse_mode(licence, ParseMode::LAX).ok();
    let is_allowed = expression.is_some_and(|expression| {
        expression.evaluate(|required| {
            let id = required.license.id();
            id.is_some_and(|id| ALLOWED.contains(&id.name))
        })
    });
    (!is_allowed).then(|| format!("{name} {version} is under {licence}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(licence: &str, source: &str) -> Vec<String> {
        let output = serde_json::json!({"packages": [
            {"name": "own", "version": "1.0.0", "license": null, "source": null},
            {"name": "x", "version": "1.2.3", "license": licence, "source": source},
        ]});
        let judged = judge(&format!("warning: something\n{output}\n"));
        let judged = judged.expect("it is what cargo prints");
        assert_eq!(judged.count, 1);
        judged.faults
    }

    #[test]
    fn one_of_several_licences_has_to_be_allowed_and_all_of_those_that_hold_together() {
        for licence in [
            "MIT",
            "MIT/Apache-2.0",
            "LGPL-2.1-or-later OR MIT",
            "(MIT OR GPL-3.0-only) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception OR MIT",
        ] {
            assert_eq!(faults(licence, REGISTRY), Vec::<String>::new(), "{licence}");
        }
        for licence in ["GPL-3.0-only", "MIT AND MPL-2.0", "", "what you like"] {
            let expected = format!("x 1.2.3 is under {licence}");
            assert_eq!(faults(licence, REGISTRY), [expected]);
        }
        let elsewhere = faults("MIT", "git+https://example.org/x");
        assert_eq!(
            elsewhere,
            ["x 1.2.3 is not from the registry: git+https://example.org/x"]
        );
    }
}
