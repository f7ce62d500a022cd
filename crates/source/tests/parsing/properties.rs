//! What holds of all values and all texts.

use proptest::prelude::*;
use serde_json::{Map, Value as Json};
use treatise_source::{
    Fault, FaultKind, Limits, Lineage, Number, NumberLoss, Parser, Pointer, Span, Tree, Value,
};

use crate::parse;
use crate::print;

/// Strings of all kinds of characters, and the ones that pointers and escapes are about.
fn strings() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => "[a-c]{0,2}",
        1 => "[~/\\\\\"'01#%\u{0}-\u{1f}\u{7f}\u{2028}\u{feff}\u{10ffff}ä🦀]{0,6}",
        1 => any::<String>(),
    ]
}

/// Values of all kinds; some objects have more members than are compared one by one.
pub(crate) fn values() -> impl Strategy<Value = Json> {
    let scalar = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        (-1000..1000_i64).prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        strings().prop_map(Json::from),
    ];
    scalar.prop_recursive(5, 80, 40, |inner| {
        let members = |count| {
            prop::collection::vec((strings(), inner.clone()), count)
                .prop_map(|members| Json::Object(members.into_iter().collect::<Map<_, _>>()))
        };
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Json::Array),
            members(0..6),
            members(30..40),
        ]
    })
}

/// Texts that are JSON, printed in two ways, and texts that are not.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        values().prop_map(|value| value.to_string()),
        values().prop_map(|value| format!("{value:#}")),
        (values(), any::<prop::sample::Index>()).prop_map(|(value, place)| {
            let mut text = format!("{value:#}");
            let mut end = place.index(text.len() + 1);
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            text.truncate(end);
            text
        }),
        any::<String>(),
    ]
}

/// Calls `see` with every value of the tree.
fn walk<'t>(value: Value<'t>, see: &mut impl FnMut(Value<'t>)) {
    see(value);
    value.members().for_each(|member| walk(member.value, see));
    value.elements().for_each(|element| walk(element, see));
}

/// Whether a value of a tree is that of the peer, by the typed accessors.
fn is_same(value: Value<'_>, json: &Json) -> bool {
    match json {
        Json::Null => value.source() == "null",
        Json::Bool(boolean) => value.as_bool() == Some(*boolean),
        Json::Number(number) => {
            let found = value.as_number().expect("it is a number");
            // What is written with a fraction can be an integer here; to the peer it never is.
            let is_same_integer =
                found.as_u64() == number.as_u64() && found.as_i64() == number.as_i64();
            found.as_f64() == number.as_f64() && (number.is_f64() || is_same_integer)
        }
        Json::String(string) => value.as_str() == Some(string),
        Json::Array(array) => {
            value.len() == array.len()
                && value
                    .elements()
                    .zip(array)
                    .all(|(left, right)| is_same(left, right))
        }
        Json::Object(object) => {
            value.len() == object.len()
                && value.members().all(|member| {
                    object
                        .get(member.name())
                        .is_some_and(|json| is_same(member.value, json))
                })
        }
    }
}

fn contains(outer: Span, inner: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..Default::default() })]

    #[test]
    fn what_is_printed_is_parsed(value in values()) {
        for text in [value.to_string(), format!("{value:#}")] {
            parse(text.as_bytes(), |tree, _, is_complete| {
                assert!(is_complete);
                assert!(is_same(tree.root(), &value), "{}", print::json(tree.root()));
                parse(print::json(tree.root()).as_bytes(), |again, _, _| {
                    assert!(is_same(again.root(), &value));
                });
            });
        }
    }

    #[test]
    fn a_span_holds_its_value(value in values()) {
        parse(value.to_string().as_bytes(), |tree, _, _| {
            walk(tree.root(), &mut |value| {
                assert_eq!(value.source(), &tree.text()[value.span().range()]);
                parse(value.source().as_bytes(), |part, _, is_complete| {
                    assert!(is_complete);
                    assert_eq!(print::json(part.root()), print::json(value));
                });
                for member in value.members() {
                    let name = &tree.text()[member.name_span().range()];
                    parse(name.as_bytes(), |part, _, _| {
                        assert_eq!(part.root().as_str(), Some(member.name()));
                    });
                }
            });
        });
    }

    #[test]
    fn a_pointer_leads_back_to_its_value(text in texts()) {
        parse(text.as_bytes(), |tree, _, _| {
            let lineage = Lineage::of(tree);
            walk(tree.root(), &mut |value| {
                let pointer = lineage.pointer(value);
                let found = tree.root().find(&pointer).expect("the pointer leads somewhere");
                assert_eq!(found.index(), value.index(), "{pointer}");
                assert_eq!(Pointer::parse(pointer.as_str()), Some(pointer));
            });
        });
    }

    #[test]
    fn a_place_is_in_the_value_around_it(value in values(), text in texts()) {
        let check = |tree: &Tree<'_>| {
            let lineage = Lineage::of(tree);
            assert!(lineage.parent(tree.root()).is_none());
            walk(tree.root(), &mut |value| {
                let span = value.span();
                let around = lineage.value_around(span);
                assert!(around.index() >= value.index() && contains(around.span(), span));
                let members = value.members().map(|member| member.value);
                for below in members.chain(value.elements()) {
                    let parent = lineage.parent(below).expect("it is in something");
                    assert_eq!(parent.index(), value.index());
                }
                for member in value.members() {
                    let around = lineage.value_around(member.name_span());
                    assert_eq!(around.index(), member.value.index());
                }
                for at in (span.start..span.end).take(50) {
                    let place = Span::new(at, at + 1);
                    let around = lineage.value_around(place);
                    assert!(around.index() >= value.index(), "never further out");
                }
            });
        };
        parse(text.as_bytes(), |tree, _, _| check(tree));
        parse(value.to_string().as_bytes(), |tree, _, _| {
            check(tree);
            let lineage = Lineage::of(tree);
            walk(tree.root(), &mut |value| {
                assert_eq!(lineage.value_around(value.span()).index(), value.index());
            });
        });
    }

    #[test]
    fn a_parser_is_as_good_as_new(texts in prop::collection::vec(texts(), 1..8)) {
        let show = |tree: &Tree<'_>, faults: &[Fault]| {
            let mut spans = Vec::new();
            walk(tree.root(), &mut |value| spans.push((value.span(), value.len())));
            (print::json(tree.root()), spans, tree.node_count(), faults.to_vec())
        };
        let mut used = Parser::new();
        for text in &texts {
            let parsed = used.parse(text, Limits::default());
            let found = show(&parsed.tree, parsed.faults);
            let mut fresh = Parser::new();
            let parsed = fresh.parse(text, Limits::default());
            prop_assert_eq!(found, show(&parsed.tree, parsed.faults));
        }
    }

    #[test]
    fn faults_are_in_order_and_in_the_text(text in texts()) {
        parse(text.as_bytes(), |tree, faults, _| {
            assert!(faults.is_sorted_by_key(|fault| fault.span));
            for fault in faults {
                for span in [Some(fault.span), fault.related].into_iter().flatten() {
                    assert!(tree.text().get(span.range()).is_some(), "{fault:?}");
                }
            }
        });
    }

    #[test]
    fn repeated_names_are_found_however_many_there_are(
        names in prop::collection::vec(0..60_u32, 0..80),
        escapes in any::<u64>(),
    ) {
        let member = |(position, name): (usize, &u32)| {
            let first = if escapes >> (position % 64) & 1 == 1 { "\\u0078" } else { "x" };
            format!("\"{first}{name}\": {position}")
        };
        let members: Vec<_> = names.iter().enumerate().map(member).collect();
        let text = format!("{{{}}}", members.join(", "));
        let distinct: std::collections::BTreeSet<_> = names.iter().collect();
        parse(text.as_bytes(), |tree, faults, _| {
            assert!(faults.iter().all(|fault| fault.kind == FaultKind::DuplicateKey));
            assert_eq!(faults.len(), names.len() - distinct.len());
            assert_eq!(tree.root().len(), distinct.len());
            for name in distinct {
                let last = names.iter().rposition(|other| other == name);
                let value = tree.root().get(&format!("x{name}")).expect("it is there");
                assert_eq!(value.source().parse().ok(), last);
            }
        });
    }

    #[test]
    fn a_double_as_it_is_printed_loses_nothing(double in any::<f64>()) {
        prop_assume!(double.is_finite() && double.fract() != 0.0);
        for text in [format!("{double:?}"), format!("{double:e}"), format!("{double:.1074}")] {
            parse(text.as_bytes(), |tree, faults, _| {
                assert!(faults.is_empty(), "{text}: {faults:?}");
                assert_eq!(tree.root().as_number().and_then(Number::as_f64), Some(double));
            });
        }
    }

    #[test]
    fn integers_are_kept_up_to_two_to_the_53(integer in any::<i64>()) {
        let is_safe = integer.unsigned_abs() <= 1 << 53;
        parse(integer.to_string().as_bytes(), |tree, faults, _| {
            let loss = faults.first().map(|fault| fault.kind);
            let expected = FaultKind::LossyNumber(NumberLoss::BeyondSafeInteger);
            assert_eq!(loss, (!is_safe).then_some(expected));
            assert_eq!(tree.root().as_number().and_then(Number::as_i64), Some(integer));
        });
    }
}

#[test]
fn a_pointer_finds_what_it_names_and_nothing_like_it() {
    let text = r#"{"a": ["x", "y"], "0": "zero", "": {"": "deep"}, "~/": "odd", "b": "text"}"#;
    parse(text.as_bytes(), |tree, _, _| {
        let find = |pointer: &str| {
            let pointer = Pointer::parse(pointer).expect("it is a pointer");
            tree.root().find(&pointer).map(Value::source)
        };
        for (pointer, expected) in [
            ("", Some(text)),
            ("/a/0", Some("\"x\"")),
            ("/a/1", Some("\"y\"")),
            ("/0", Some("\"zero\"")),
            ("//", Some("\"deep\"")),
            ("/~0~1", Some("\"odd\"")),
            ("/a/2", None),
            ("/a/00", None),
            ("/a/01", None),
            ("/a/+1", None),
            ("/a/-1", None),
            ("/a/-", None),
            ("/a/", None),
            ("/a/99999999999999999999999", None),
            ("/b/0", None),
            ("/c", None),
        ] {
            assert_eq!(find(pointer), expected, "{pointer}");
        }
    });
}
