//! Parts of a dataset.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use treatise_exporter::{Options, Profile, verify};

use crate::folder::{
    Exported, export_to, exported, files, json, museum, names, real, rehash, sound, temporary,
    things,
};

fn of(root: &Path, profile: Profile) -> Exported {
    let options = Options {
        profile,
        ..Options::default()
    };
    let bundle = exported(root, &options);
    let verified = verify(&bundle.path, 100, &()).expect("it can be read");
    // Nothing dangles, and all follows its schema; what has not all collections says so.
    let found = verified.findings.kept.iter();
    let found: Vec<_> = found.map(|finding| finding.message.as_str()).collect();
    let is_complete = json(&bundle.path.join("bundle.json"))["is_complete"] == true;
    let expected = match is_complete {
        true => "",
        false => {
            "references between records were followed in its tables only: the bundle has not all \
             collections, so it is no dataset of its own"
        }
    };
    assert_eq!(found.join("; "), expected);
    assert_eq!(verified.extent.records, bundle.summary.records);
    bundle
}

#[test]
fn ids_stay_and_what_is_left_out_is_no_entry() {
    let schema = r#"{"type": "object", "properties": {"label": {"type": "string"},
        "stats": {"type": "object", "required": ["k"], "properties": {"k": {"type": "integer"},
            "tags": {"type": "array", "items": {"type": "string"}}},
            "additionalProperties": {"type": "integer"}}}, "required": ["stats"]}"#;
    for described in ["", r#""id": {"type": "string"}, "#] {
        let schema = schema.replace(r#""label""#, &format!(r#"{described}"label""#));
        let lines = r#"{"id": "a", "label": "A", "stats": {"k": 1, "tags": ["x"], "more": 2}}"#;
        let root = things("", &schema, &format!("{lines}\n"));
        let bundle = of(root.path(), named("minimal"));
        let expected = json!({"id": "a", "stats": {"k": 1, "more": 2}});
        assert_eq!(records(&bundle, "things"), [expected]);
        let labels = json!({"name": "labels", "members": {"things": ["/label"]}});
        let bundle = of(root.path(), written(&labels));
        let expected = json!({"id": "a", "label": "A", "stats": {"k": 1, "more": 2}});
        assert_eq!(records(&bundle, "things"), [expected]);
    }
}

#[test]
fn every_profile_says_which_records_are_no_longer_to_be_used() {
    let schema = r#"{"type": "object", "required": ["id"], "properties": {
        "id": {"type": "string"}, "label": {"type": "string"},
        "history": {"type": "object", "properties": {"made": {"type": "string"},
            "withdrawn": {"type": "object", "x-deprecation": true, "properties": {
                "on": {"type": "string"}, "replaced_by": {"type": "array", "items":
                    {"type": "string", "x-references": ["things"]}}}}}},
        "parts": {"type": "array", "items": {"type": "object", "properties": {
            "gone": {"type": "object", "x-deprecation": true}}}}}}"#;
    let withdrawn = r#"{"id": "a", "label": "A", "history": {"made": "2020",
        "withdrawn": {"on": "2025", "replaced_by": ["b"]}}, "parts": [{"gone": {}}]}"#;
    let withdrawn = withdrawn.replace('\n', "");
    let root = things("", schema, &format!("{withdrawn}\n{{\"id\": \"b\"}}\n"));
    let mark = json!({"withdrawn": {"on": "2025", "replaced_by": ["b"]}});
    let own = json!({"name": "own", "members": {"things": ["/label"]}});
    for (profile, expected) in [
        (named("minimal"), json!({"id": "a", "history": mark})),
        (
            written(&own),
            json!({"id": "a", "label": "A", "history": mark}),
        ),
    ] {
        let bundle = of(root.path(), profile);
        assert_eq!(records(&bundle, "things")[0], expected);
        let redirects = json(&bundle.path.join("redirects.json"));
        assert_eq!(redirects["redirects"][0]["id"], "a");
    }
}

#[test]
fn what_a_tree_refers_to_comes_along_from_any_depth() {
    let schema = r##"{"type": "object", "properties": {"id": {"type": "string"},
        "review": {"type": "object", "properties": {"status": {"type": "string"}}},
        "tree": {"$ref": "#/$defs/tree"}},
        "$defs": {"tree": {"type": "object", "properties": {
            "see": {"type": "string", "x-references": ["things"]},
            "below": {"type": "array", "items": {"$ref": "#/$defs/tree"}}}}}}"##;
    let lines = [
        r#"{"id": "a", "review": {"status": "reviewed"},
            "tree": {"below": [{"below": [{"see": "b"}]}]}}"#,
        r#"{"id": "b"}"#,
        r#"{"id": "c"}"#,
    ];
    let lines = lines.map(|line| format!("{}\n", line.replace('\n', "")));
    let root = things("", schema, &lines.concat());
    let bundle = of(root.path(), named("reviewed"));
    assert_eq!(ids(&bundle, "things"), ["a", "b"]);
}

fn written(profile: &Value) -> Profile {
    Profile::from_json(&profile.to_string()).expect("it is a profile")
}

fn named(name: &str) -> Profile {
    Profile::parse(name).expect("it is a profile")
}

fn records(bundle: &Exported, collection: &str) -> Vec<Value> {
    let records = json(&bundle.path.join(format!("json/{collection}.json")));
    records.as_array().expect("an array").clone()
}

fn ids(bundle: &Exported, collection: &str) -> Vec<String> {
    let records = records(bundle, collection);
    let ids = records
        .iter()
        .map(|record| record["id"].as_str().expect("a string").to_owned());
    ids.collect()
}

/// Nothing is written, for this reason.
fn refused(root: &Path, profile: Profile, reason: &str) {
    let around = temporary();
    let options = Options {
        profile,
        ..Options::default()
    };
    let exported = export_to(&sound(root), &around.path().join("bundle"), &options);
    let error = exported.expect_err("it is refused").to_string();
    assert!(error.contains(reason), "{error}");
    assert_eq!(names(around.path()), [""; 0]);
}

#[test]
fn reviewed_records_come_with_what_they_refer_to() {
    let bundle = of(&museum(), named("reviewed"));
    assert_eq!(ids(&bundle, "objects"), ["obj-vase"]);
    let rooms = records(&bundle, "rooms");
    let codes: Vec<_> = rooms.iter().map(|room| &room["plan"]["code"]).collect();
    assert_eq!(
        codes,
        ["A1"],
        "the vase stands there, and B2 is not referred to"
    );
    assert_eq!(
        json(&bundle.path.join("bundle.json"))["profile"],
        "reviewed"
    );
}

#[test]
fn a_view_of_reviewed_records_says_what_these_say() {
    let root = temporary();
    for folder in ["data", "schemas"] {
        for (name, bytes) in files(&real().join(folder)) {
            let path = root.path().join(folder).join(name);
            fs::create_dir_all(path.parent().expect("it is in a folder")).expect("it can be made");
            fs::write(path, bytes).expect("it can be written");
        }
    }
    let id = "clm-denosumab-jaw-osteonecrosis";
    let path = root.path().join(format!("data/claims/{id}.json"));
    let mut claim = json(&path);
    claim["review"]["status"] = "reviewed".into();
    claim["review"]["reviewed_by"] = "agt-robert-wascher".into();
    claim["review"]["reviewed_on"] = "2026-11-22".into();
    fs::write(&path, claim.to_string()).expect("it can be written");
    let bundle = of(root.path(), named("reviewed"));
    let claims = records(&bundle, "claims");
    let whole = records(&exported(&real(), &Options::default()), "claims");
    assert!(
        claims.len() < whole.len(),
        "what it refers to is not everything"
    );
    for treatment in records(&bundle, "treatments") {
        let about = claims
            .iter()
            .filter(|claim| claim["subject"] == treatment["id"]);
        assert_eq!(treatment["claims"], about.count(), "{}", treatment["id"]);
        let is_of_it = treatment["id"] == "drg-denosumab";
        assert_eq!(treatment["reviewed_claims"], u64::from(is_of_it));
    }
}

#[test]
fn while_nothing_is_reviewed_nothing_is_exported() {
    refused(
        &real(),
        named("reviewed"),
        "for the profile `reviewed`: no record is reviewed",
    );
}

#[test]
fn the_minimal_profile_keeps_what_changes_the_meaning() {
    let bundle = of(&real(), named("minimal"));
    let whole = of(&real(), named("full"));
    assert_eq!(ids(&bundle, "claims"), ids(&whole, "claims"));
    let claims = records(&bundle, "claims");
    let jaw = claims
        .iter()
        .find(|claim| claim["id"] == "clm-denosumab-jaw-osteonecrosis");
    let jaw = jaw.expect("it is there");
    assert_eq!(jaw["object"], "cnd-osteonecrosis-of-jaw");
    assert!(jaw.get("citations").is_some() && jaw.get("statement").is_some());
    let has =
        |records: &[Value], name: &str| records.iter().any(|record| record.get(name).is_some());
    let sources = records(&whole, "sources");
    assert!(has(&sources, "snapshots") && !has(&records(&bundle, "sources"), "snapshots"));
    assert!(bundle.summary.bytes < whole.summary.bytes);
}

#[test]
fn an_application_chooses_collections_members_and_languages() {
    let profile = json!({
        "name": "labels",
        "collections": ["objects"],
        "members": {"objects": ["/label", "/parts/*/id"]},
        "languages": ["en"]
    });
    let bundle = of(&museum(), written(&profile));
    let objects = records(&bundle, "objects");
    let vase = json!({
        "id": "obj-vase",
        "label": {"en": "Vase \"tall\""},
        "parts": [{"id": "p1"}, {"id": "p2"}],
        "review": {"status": "reviewed"}
    });
    assert_eq!(objects[2], vase);
    // Without the member that refers to them, rooms are not needed.
    assert!(!bundle.path.join("json/rooms.json").exists());
    let table = std::fs::read_to_string(bundle.path.join("csv/objects.csv")).expect("it is there");
    assert!(
        table.starts_with("id,label.en,review.status\r\n"),
        "{table}"
    );

    // What the profile keeps is told, so that the tables can be compared with the records.
    let part = json(&bundle.path.join("bundle.json"))["part"].take();
    let mut asked = profile.clone();
    asked.as_object_mut().expect("an object").remove("name");
    asked["reviewed_only"] = false.into();
    assert_eq!(part, asked);
    for file in [
        "json/objects.json",
        "json/all.json",
        "ndjson/objects.ndjson",
    ] {
        let path = bundle.path.join(file);
        let text = fs::read_to_string(&path).expect("it is there");
        fs::write(path, text.replace("Vase", "Jar")).expect("it can be written");
    }
    rehash(&bundle.path);
    let verified = verify(&bundle.path, 100, &()).expect("it can be read");
    let mut found = verified.findings.kept.iter();
    let differs = "row 3 of `csv/objects.csv` is not that of";
    assert!(found.any(|finding| finding.message.starts_with(differs)));

    let profile = json!({"name": "rooms too", "collections": ["objects"]});
    let bundle = of(&museum(), written(&profile));
    assert_eq!(records(&bundle, "rooms").len(), 2);
    assert!(!bundle.path.join("json/notes.json").exists());
}

#[test]
fn a_profile_that_makes_no_sense_is_refused() {
    for (profile, reason) in [
        (
            json!({"name": "x", "collections": ["object"]}),
            "no collection `object`; did you mean `objects`?",
        ),
        (
            json!({"name": "x", "languages": ["fr"]}),
            "there is no language `fr`",
        ),
        (
            json!({"name": "x", "members": {"objects": ["/lable"]}}),
            "no member of `objects` `/lable`; did you mean `/label`?",
        ),
        (
            json!({"name": "x", "members": {"thing": []}}),
            "no collection `thing`",
        ),
    ] {
        refused(&museum(), written(&profile), reason);
    }
    for (text, reason) in [
        ("", "no JSON: EOF while parsing"),
        (
            "[]",
            "expected an object with a `name`, such as {\"name\": \"labels\"}",
        ),
        ("{}", "it has no `name`"),
        (
            r#"{"name": "x", "language": []}"#,
            "no profile has a member `language`; did you mean `languages`?",
        ),
        (
            r#"{"name": "x", "zzz": []}"#,
            "no profile has a member `zzz`; it can have `name`, `collections`, ",
        ),
        (r#"{"name": 1}"#, "`name` is not a text"),
        (
            r#"{"name": "x", "languages": "en"}"#,
            "`languages` is not a list of names",
        ),
        (
            r#"{"name": "x", "members": ["/type"]}"#,
            "`members` is not an object with a list of JSON pointers for each collection",
        ),
        (
            r#"{"name": "x", "reviewed_only": 1}"#,
            "`reviewed_only` is not `true` or `false`",
        ),
        (r#"{"name": "x", "name": "y"}"#, "duplicate field `name`"),
    ] {
        let error = Profile::from_json(text).expect_err("it is no profile");
        let expected = format!("the profile can't be read: {reason}");
        assert!(error.to_string().starts_with(&expected), "{error}");
    }
    assert_eq!(Profile::parse("some"), None);
}

#[test]
fn a_profile_of_an_application_has_a_name_of_its_own() {
    for (name, reason) in [
        ("reviewed", "that of a profile that every dataset has"),
        ("Full", "that of a profile that every dataset has"),
        ("minimal", "that of a profile that every dataset has"),
        ("", "not made of letters"),
        (" reviewed", "not made of letters"),
        ("a/b", "not made of letters"),
        ("..", "not made of letters"),
        ("a\nb", "not made of letters"),
    ] {
        let error = Profile::from_json(&json!({"name": name}).to_string());
        let error = error.expect_err("the name is refused").to_string();
        assert!(error.contains(reason), "{name}: {error}");
    }
    for name in ["mine", "für Ärzte", "app-2_x"] {
        let profile = Profile::from_json(&json!({"name": name}).to_string());
        assert_eq!(profile.expect("the name is free").name(), name);
    }
}

#[test]
fn what_a_schema_asks_for_under_a_condition_is_not_left_out() {
    let profile = json!({"name": "x", "members": {"claims": ["/type"]}});
    refused(
        &real(),
        written(&profile),
        "what the schema of `claims` asks for",
    );
}
