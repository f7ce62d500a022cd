//! A code that went from the codes to the former codes was retired, and neither removed nor
//! added.

use serde_json::Value;

use crate::change::{Change, Part};
use crate::contract::Kind;
use crate::role::{CODE_KEY, Role, role_of};

/// Puts the two halves of each retirement together; the changes are those of one record.
pub(crate) fn retire(mut changes: Vec<Change>) -> Vec<Change> {
    let mut come: Vec<(usize, &Value)> = Vec::new();
    for (position, change) in changes.iter().enumerate() {
        if change.kind == Kind::ItemAdded && is_in_former_codes(change) {
            come.extend(change.new.as_ref().map(|code| (position, code)));
        }
    }
    let mut retired = Vec::new();
    for (position, change) in changes.iter().enumerate() {
        let Some(code) = change
            .old
            .as_ref()
            .filter(|_| change.kind == Kind::CodeRemoved)
        else {
            continue;
        };
        // A former code says until when it held, and leaves out what it was called.
        let is_same = |former: &Value| {
            CODE_KEY
                .iter()
                .all(|name| code.get(name).is_some() && code.get(name) == former.get(name))
        };
        if let Some(at) = come.iter().position(|(_, former)| is_same(former)) {
            let (half, former) = come.remove(at);
            retired.push((position, half, former.clone()));
        }
    }
    let mut halves = Vec::new();
    for (position, half, former) in retired {
        changes[position].kind = Kind::CodeRetired;
        changes[position].new = Some(former);
        halves.push(half);
    }
    let mut position = 0;
    changes.retain(|_| {
        position += 1;
        !halves.contains(&(position - 1))
    });
    changes
}

fn is_in_former_codes(change: &Change) -> bool {
    match change.place.path.first() {
        Some(Part::Member(name)) => role_of(name, None, true) == Some(Role::FormerCodes),
        _ => false,
    }
}
