//! The program `treatise-generate`: arguments and exit codes, nothing else.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use treatise_benchmark::{Layout, Order, write};

/// Write a generated dataset: manifest, schemas, and records of all collections
#[derive(Parser)]
#[command(name = "treatise-generate", version)]
struct Arguments {
    /// Folder to write into; it must be empty or not exist yet
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Number of records over all collections
    #[arg(long, value_name = "N")]
    records: usize,
    /// How the records lie on the disk
    #[arg(long, value_enum, default_value_t = Layout::Files)]
    layout: Layout,
    /// Share of the records, from 0 to 1, that get one fault each; `faults.json` counts them
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    fault_share: f64,
    /// The same seed gives the same bytes
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let order = Order {
        records: arguments.records,
        fault_share: arguments.fault_share,
        seed: arguments.seed,
    };
    match write(&order, arguments.layout, &arguments.out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}
