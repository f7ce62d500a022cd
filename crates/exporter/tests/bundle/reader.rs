//! Programs of others that read a bundle. One that is not installed is skipped, and that is said;
//! where `TREATISE_READERS` is set, as CI does that has installed them, it is a failure.

use std::io::Write;
use std::process::{Command, Stdio};

/// Whether a program is installed, for Python with these modules.
pub(crate) fn is_there(program: &str, modules: &[&str]) -> bool {
    let mut command = Command::new(program);
    match modules {
        [] => command.arg("--version"),
        _ => command.args(["-c", &format!("import {}", modules.join(", "))]),
    };
    let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
    if quiet.status().is_ok_and(|status| status.success()) {
        return true;
    }
    let what = [&[program], modules].concat().join(" with ");
    assert!(
        std::env::var_os("TREATISE_READERS").is_none(),
        "`TREATISE_READERS` says that it is installed, but it does not start: {what}"
    );
    // Not captured, so that nobody takes it for a test that ran.
    let skipped = writeln!(std::io::stderr(), "skipped: there is no {what}");
    skipped.expect("standard error is there");
    false
}

/// What a program prints, which does its work.
pub(crate) fn output(command: &mut Command, input: Stdio) -> String {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(input).output().expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("it prints UTF-8");
    let (stdout, stderr) = (text(output.stdout), text(output.stderr));
    assert!(output.status.success(), "{name}: {stdout}{stderr}");
    stdout
}
