//! Which form of a report goes where: each `--output` belongs to the `--format` before it.

use std::path::PathBuf;

/// A report in one form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Destination<F> {
    pub(crate) format: F,
    /// `None` is standard output.
    pub(crate) file: Option<PathBuf>,
}

/// Gives each output to the format that it stands behind; where nothing is said, `usual` goes to
/// standard output. The formats come with their names.
pub(super) fn match_outputs<F: Copy>(
    formats: &[(F, &str)],
    outputs: &[PathBuf],
    matches: &clap::ArgMatches,
    usual: F,
) -> Result<Vec<Destination<F>>, String> {
    let places = |name| -> Vec<usize> { matches.indices_of(name).into_iter().flatten().collect() };
    let (format_places, output_places) = (places("format"), places("output"));
    let mut destinations = Vec::new();
    for (position, &(format, name)) in formats.iter().enumerate() {
        let behind = |place: &usize| {
            *place > format_places[position]
                && format_places
                    .get(position + 1)
                    .is_none_or(|next| place < next)
        };
        let mut files = output_places
            .iter()
            .zip(outputs)
            .filter(|(place, _)| behind(place))
            .map(|(_, file)| file.clone());
        let file = files.next();
        if files.next().is_some() {
            return Err(format!("the format {name} has several outputs"));
        }
        destinations.push(Destination { format, file });
    }
    let without_file = |destination: &&Destination<F>| destination.file.is_none();
    if destinations.iter().filter(without_file).count() > 1 {
        return Err(
            "only one format can go to standard output; give the others an --output".into(),
        );
    }
    let matched = destinations
        .iter()
        .filter(|destination| destination.file.is_some())
        .count();
    if matched < outputs.len() {
        return Err("an --output stands behind the --format that it is for".into());
    }
    let twice = outputs
        .iter()
        .enumerate()
        .find(|&(position, file)| outputs[..position].contains(file));
    if let Some((_, file)) = twice {
        return Err(format!(
            "two reports can't both be written to {}",
            file.display()
        ));
    }
    if destinations.is_empty() {
        destinations.push(Destination {
            format: usual,
            file: None,
        });
    }
    Ok(destinations)
}
