//! Repository chores: starts cargo and the program, and prints what it starts.
//!
//! Nothing is computed here. Whatever finds a fault is a program that a person can start alone.

mod arguments;
mod ci;
mod dependencies;
mod gate;
mod listing;
mod print;
mod process;
mod program;
mod repository;

use std::process::ExitCode;

use anyhow::Result;

use arguments::Chore;

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            print::note(&format!("error: {error:#}\n"));
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<ExitCode> {
    match arguments::read(repository::arguments())? {
        Chore::List => {
            print::print(&listing::text());
            Ok(ExitCode::SUCCESS)
        }
        Chore::Ci(options) => Ok(ci::run(&options)),
        Chore::Program(arguments) => program::start(&arguments),
    }
}
