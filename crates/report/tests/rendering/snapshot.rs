//! Every sample in every format, as snapshots in the folder `snapshots` beside this file.

use crate::sample;
use treatise_report::{Format, Options, Standpoint};

fn check(name: &str, output: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, output));
}

#[test]
fn every_sample_in_every_format() {
    for (name, sample) in sample::all() {
        for &format in Format::ALL {
            let output = sample.render(format, &Options::default());
            check(&format!("{name}.{}", format.name()), &output);
        }
    }
}

#[test]
fn colours_only_add_to_the_plain_text() {
    let sample = sample::ordinary();
    let color = Options {
        color: true,
        ..Options::default()
    };
    let output = sample.render(Format::Human, &color);
    let mut plain = String::new();
    let mut parts = output.split('\u{1b}');
    plain.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (_, text) = part.split_once('m').expect("only colours are set");
        plain.push_str(text);
    }
    let trimmed: Vec<_> = plain.lines().map(str::trim_end).collect();
    let expected = sample.render(Format::Human, &Options::default());
    assert_eq!(trimmed, expected.lines().collect::<Vec<_>>());
    check("ordinary.human.color", &output.replace('\u{1b}', "␛"));
}

#[test]
fn a_narrow_terminal_shows_the_place() {
    let narrow = Options {
        width: 40,
        ..Options::default()
    };
    check(
        "hostile.human.narrow",
        &sample::hostile().render(Format::Human, &narrow),
    );
}

#[test]
fn names_start_where_their_readers_do() {
    let sample = sample::ordinary();
    let below = Options {
        here: Standpoint {
            folder: "",
            reader: "docs",
        },
        repository: Standpoint {
            folder: "sets/one",
            reader: "",
        },
        ..Options::default()
    };
    for &format in Format::ALL {
        let (here, there) = (
            sample.render(format, &Options::default()),
            sample.render(format, &below),
        );
        let expected = match format {
            Format::Github => here
                .replace("file=data/", "file=sets/one/data/")
                .replace("%0Adata/", "%0Asets/one/data/"),
            Format::Sarif => here.replace("\"uri\": \"data/", "\"uri\": \"sets/one/data/"),
            Format::Human => here.replace(" data/", " ../data/"),
            Format::Short => here.replace("data/", "../data/"),
            Format::Json | Format::Ndjson | Format::Junit => here.clone(),
        };
        let is_the_same = matches!(format, Format::Json | Format::Ndjson | Format::Junit);
        assert_eq!(here == expected, is_the_same, "{here}");
        assert_eq!(there, expected);
    }
}

#[test]
fn lists_for_people_end_between_two_findings() {
    for format in [Format::Human, Format::Short] {
        let sample = sample::ordinary();
        let whole = sample.render(format, &Options::default());
        for max_bytes in 0..=whole.len() {
            let options = Options {
                max_bytes: Some(max_bytes),
                ..Options::default()
            };
            let output = sample.render(format, &options);
            let (findings, rest) = output.split_once('…').unwrap_or((&output, ""));
            assert!(findings.len() <= max_bytes, "{max_bytes}: {output}");
            assert!(whole.starts_with(findings), "{max_bytes}: {output}");
            assert_eq!(
                rest.is_empty(),
                max_bytes == whole.len(),
                "{max_bytes}: {output}"
            );
        }
    }
    let options = Options {
        max_bytes: Some(900),
        ..Options::default()
    };
    check(
        "many.human.max-bytes",
        &sample::many().render(Format::Human, &options),
    );
    check(
        "ordinary.human.max-bytes",
        &sample::ordinary().render(Format::Human, &options),
    );
}

#[test]
fn junit_fails_for_what_is_not_listed_where_one_of_it_would() {
    let mut sample = sample::ordinary();
    let failures = |sample: &sample::Sample| {
        let output = sample.render(Format::Junit, &Options::default());
        output.matches("<failure ").count()
    };
    let listed = failures(&sample);
    sample.summary.counts.informations += 1;
    assert_eq!(failures(&sample), listed, "it is worth knowing");
    sample.summary.counts.errors += 1;
    sample.summary.known += 1;
    assert_eq!(failures(&sample), listed, "it was there before");
    sample.summary.counts.warnings += 1;
    assert_eq!(failures(&sample), listed + 1);
}

#[test]
fn documents_for_programs_list_as_many_findings_as_fit() {
    let sample = sample::many();
    let whole = sample.render(Format::Json, &Options::default());
    let max_bytes = whole.len() / 2;
    let options = Options {
        max_bytes: Some(max_bytes),
        ..Options::default()
    };
    for format in [Format::Json, Format::Ndjson, Format::Sarif, Format::Junit] {
        let output = sample.render(format, &options);
        let whole = sample.render(format, &Options::default());
        assert!(output.len() <= max_bytes, "{}: {output}", format.name());
        assert!(output.len() < whole.len() || whole.len() <= max_bytes);
    }
    let part: serde_json::Value =
        serde_json::from_str(&sample.render(Format::Json, &options)).expect("it is whole");
    let listed = part["findings"].as_array().map_or(0, Vec::len);
    assert!(listed > 0 && listed < sample.diagnostics.len());
    assert_eq!(part["summary"]["listed"], listed);
}
