//! How fast text becomes a tree, beside `serde_json::Value` on the same bytes in the same run.
//!
//! A record in the shape and size of a claim, alone and a thousand times as one array of about
//! 1 MB. The parser is used again and again, as for the files of a dataset; the peer keeps nothing
//! from one document to the next.
//!
//! `cargo bench --package treatise-source`

use divan::Bencher;
use divan::counter::BytesCount;
use treatise_source::{Limits, Parser, Text};

fn main() {
    divan::main();
}

/// The record, and what is in the text of a real one: a few escapes, a character beyond ASCII.
const RECORD: &str = r#"{
  "id": "clm-example-lesion-symptoms",
  "type": "complication",
  "subject": "cnd-example-lesion",
  "object": "cnd-example-symptom",
  "scope": { "primaries": ["cnd-example-primary", "cnd-another-primary"] },
  "criteria": [{ "criterion": "crt-location", "role": "weighs" }],
  "polarity": "asserts",
  "modality": "possible",
  "frequency": { "low": 10, "high": 25.5, "unit": "%" },
  "source_hedge": "may … lead to",
  "statement": {
    "en": "Depending on where they lie, lesions can lead to \"symptoms\" of many kinds."
  },
  "citations": [
    {
      "source": "src-example-guideline",
      "snapshot": "document-000",
      "locator": { "label": "section", "value": "Course", "paragraph": 3 },
      "stance": "supports",
      "passage_sha256": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    }
  ],
  "appraisal": { "certainty": "unassessed" },
  "review": { "status": "draft", "curated_by": "agt-example", "curated_on": "2026-01-31" }
}"#;

#[divan::bench_group]
mod record {
    use super::{Bencher, RECORD, measure_peer, measure_tree};

    #[divan::bench]
    fn tree(bencher: Bencher) {
        measure_tree(bencher, RECORD);
    }

    #[divan::bench]
    fn serde_json_value(bencher: Bencher) {
        measure_peer(bencher, RECORD);
    }
}

#[divan::bench_group]
mod array_of_records {
    use super::{Bencher, array, measure_peer, measure_tree};

    #[divan::bench]
    fn tree(bencher: Bencher) {
        measure_tree(bencher, &array());
    }

    #[divan::bench]
    fn serde_json_value(bencher: Bencher) {
        measure_peer(bencher, &array());
    }
}

fn array() -> String {
    format!("[{}]", vec![RECORD; 1000].join(",\n"))
}

/// From bytes, as both have to see that they are UTF-8.
fn measure_tree(bencher: Bencher, json: &str) {
    let mut parser = Parser::new();
    bencher.counter(BytesCount::of_str(json)).bench_local(|| {
        let text = Text::from_bytes(divan::black_box(json.as_bytes()));
        let parsed = parser.parse(text.as_str(), Limits::default());
        assert!(parsed.faults.is_empty());
        parsed.tree.node_count()
    });
}

fn measure_peer(bencher: Bencher, json: &str) {
    bencher
        .counter(BytesCount::of_str(json))
        .bench_local(|| -> serde_json::Value {
            serde_json::from_slice(divan::black_box(json.as_bytes())).expect("it is JSON")
        });
}
