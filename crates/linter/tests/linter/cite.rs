//! Citing a passage of a document.

use serde_json::json;
use treatise_linter::{Documents, Options, Wanted, cite, passages};

use crate::case::{Case, tests};

const FREEZING: Wanted<'_> = Wanted {
    source: "src-example-page",
    snapshot: None,
    section: "Freezing tumors of the liver",
    paragraph: Some((2, 2)),
    blocks: None,
};

/// What citing says, in the dataset that all cases change.
fn cited(wanted: &Wanted<'_>) -> Result<serde_json::Value, String> {
    let dataset = Case::base(&tests().join("base")).dataset(None);
    let documents = Documents::read(&tests().join("base/documents"));
    let documents = documents.expect("the documents can be read");
    cite(dataset.path(), &Options::default(), &documents, wanted)
        .map(|cited| cited.citation)
        .map_err(|error| error.to_string())
}

#[test]
fn a_paragraph_under_a_heading_is_cited_as_records_have_it() {
    let record =
        std::fs::read_to_string(tests().join("base/data/claims/clm-cryoablation-fever.json"));
    let record: serde_json::Value =
        serde_json::from_str(&record.expect("it is there")).expect("it is JSON");
    assert_eq!(cited(&FREEZING), Ok(record["citations"][0].clone()));
}

#[test]
fn several_paragraphs_are_one_passage() {
    let wanted = Wanted {
        section: "Antibodies",
        paragraph: Some((1, 2)),
        ..FREEZING
    };
    let citation = cited(&wanted).expect("there are two");
    assert_eq!(citation["locator"]["paragraph"], json!("1-2"));
    let by_blocks = Wanted {
        blocks: Some((5, 6)),
        ..wanted
    };
    assert_eq!(cited(&by_blocks), Ok(citation.clone()));
    // Blocks are counted where nobody says which paragraphs they are.
    let counted = Wanted {
        paragraph: None,
        ..by_blocks
    };
    assert_eq!(cited(&counted), Ok(citation));
    let second = Wanted {
        blocks: Some((6, 6)),
        ..counted.clone()
    };
    let citation = cited(&second).expect("there are two");
    assert_eq!(citation["locator"]["paragraph"], json!(2));
    // Who sees that something is no paragraph knows better.
    let told = Wanted {
        paragraph: Some((1, 1)),
        ..second
    };
    let citation = cited(&told).expect("there are two");
    assert_eq!(citation["locator"]["paragraph"], json!(1));
    let part = Wanted {
        section: "Answer 2",
        ..told
    };
    let citation = cited(&part).expect("it is told which one");
    assert_eq!(citation["locator"]["value"], json!("Answer 2"));
}

#[test]
fn what_is_not_there_is_refused_with_what_is() {
    let refused = [
        Wanted {
            paragraph: Some((3, 3)),
            ..FREEZING
        },
        Wanted {
            paragraph: Some((0, 0)),
            ..FREEZING
        },
        Wanted {
            section: "Thawing",
            ..FREEZING
        },
        Wanted {
            source: "src-example-pag",
            ..FREEZING
        },
        Wanted {
            snapshot: Some("page-9"),
            ..FREEZING
        },
        Wanted {
            section: "Antibodys",
            blocks: Some((5, 5)),
            ..FREEZING
        },
        Wanted {
            section: "Answer 2",
            paragraph: None,
            blocks: Some((5, 6)),
            ..FREEZING
        },
        Wanted {
            section: "Antibodies",
            blocks: Some((2, 2)),
            ..FREEZING
        },
        Wanted {
            paragraph: None,
            blocks: Some((5, 5)),
            ..FREEZING
        },
        Wanted {
            blocks: Some((7, 9)),
            ..FREEZING
        },
        Wanted {
            blocks: Some((0, 1)),
            ..FREEZING
        },
    ]
    .map(|wanted| cited(&wanted).expect_err("nothing is cited"));
    assert_eq!(
        refused,
        [
            "the paragraphs under `Freezing tumors of the liver` are counted from 1 to 2",
            "the paragraphs under `Freezing tumors of the liver` are counted from 1 to 2",
            "the document has no heading `Thawing`; what looks like a heading: \
             `Freezing tumors of the liver`, `Antibodies`; a part without a heading of its own, such \
             as an answer, is cited with --blocks and --paragraph",
            "there is no source `src-example-pag`; did you mean `src-example-page`?",
            "`src-example-page` has no snapshot `page-9`; it has `page-1`",
            "the document has no heading `Antibodys`; did you mean `Antibodies`?",
            "the document has no heading `Answer 2` to count from; say with --paragraph which \
             paragraph under it blocks 5 to 6 are",
            "the heading `Antibodies` stands below block 2",
            "no paragraphs that can be counted under `Freezing tumors of the liver` are block 5; if \
             they are some, say with --paragraph which",
            "the document has no blocks 7 to 9",
            "blocks are counted from 1",
        ]
    );
}

#[test]
fn the_blocks_of_a_document_are_numbered() {
    let dataset = Case::base(&tests().join("base")).dataset(None);
    let documents = Documents::read(&tests().join("base/documents"));
    let documents = documents.expect("the documents can be read");
    let blocks = passages(
        dataset.path(),
        &Options::default(),
        &documents,
        "src-example-page",
        None,
    );
    let blocks = blocks.expect("the source has a document");
    assert_eq!(blocks.len(), 6);
    assert_eq!(blocks[3], (4, "Antibodies".to_owned()));
}
