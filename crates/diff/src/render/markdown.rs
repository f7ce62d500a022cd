//! For a comment on a pull request: what wants a second reader first, the rest folded, and never
//! longer than a comment can be.
//!
//! All that comes from the data stands in code spans, where it is no markup, no mention and no
//! link.

use super::wording::{
    Group, Sections, Subject, both, counted, place, remarks, sides, value, values, verdict,
};
use crate::change::Fate;
use crate::document::{ChangeEntry, Document};

/// A comment takes 65,536 characters.
const MOST_CHARACTERS: usize = 65_000;
/// Kept free for what closes the comment.
const RESERVE: usize = 400;
/// Changes that are shown unfolded.
const MOST_UNFOLDED: usize = 20;

/// The comment while there is room.
struct Comment {
    text: String,
    left: usize,
    is_full: bool,
    unlisted: u64,
}

impl Comment {
    /// Adds a piece, if there is room for it and was for all before.
    fn add(&mut self, piece: &str) -> bool {
        let length = piece.chars().count();
        if self.is_full || length > self.left {
            self.is_full = true;
            return false;
        }
        self.left -= length;
        self.text.push_str(piece);
        true
    }
}

pub(super) fn render(document: &Document) -> String {
    let mut comment = Comment {
        text: String::new(),
        left: MOST_CHARACTERS - RESERVE,
        is_full: false,
        unlisted: 0,
    };
    comment.add(&format!(
        "### What changed\n\n{}\n\n",
        code(&sides(document))
    ));
    for sentence in verdict(document) {
        comment.add(&format!("- {}\n", plain(&sentence)));
    }
    blocks(&mut comment, document);
    if let Some(breakages) = &document.witness {
        let count = breakages.len() as u64;
        comment.add(&format!(
            "\n#### Used by the application and broken: {count}\n\n"
        ));
        for breakage in breakages {
            let (uses, kind) = (code(&breakage.uses), breakage.kind);
            comment.add(&format!("- {} {uses}: {kind}\n", breakage.sort));
        }
    }
    let sections = Sections::of(document);
    section(&mut comment, "For a second reader", &sections.safety, false);
    let is_long = document.changes.len() > MOST_UNFOLDED;
    section(&mut comment, "Other changes", &sections.other, is_long);
    if !document.suggestions.is_empty() {
        comment.add("\n#### Perhaps renamed; nothing proves it\n\n");
        for suggestion in &document.suggestions {
            let (removed, added) = (code(&suggestion.removed), code(&suggestion.added));
            comment.add(&format!(
                "- {removed} to {added}: {} % alike\n",
                suggestion.similarity
            ));
        }
    }
    if comment.is_full {
        let rest = match comment.unlisted {
            0 => "Not all is shown".to_owned(),
            count => format!("{} not shown", counted(count, "further change")),
        };
        comment.text +=
            &format!("\n**{rest}**: this comment is full. The HTML report has everything.\n");
    }
    comment.text
}

fn blocks(comment: &mut Comment, document: &Document) {
    let verdict = &document.verdict;
    if verdict.blocks.is_empty() {
        return;
    }
    comment.add("\n#### Blocked\n\n");
    for block in &verdict.blocks {
        let place = block.record.as_ref().or(block.file.as_ref());
        let place = place.map_or_else(String::new, |place| format!(" {}", code(place)));
        comment.add(&format!(
            "- **{}**{place}: {}\n",
            block.code,
            code(&block.message)
        ));
    }
    if verdict.unlisted_blocks > 0 {
        comment.add(&format!("- and {} more\n", verdict.unlisted_blocks));
    }
}

fn section(comment: &mut Comment, title: &str, groups: &[Group<'_>], is_folded: bool) {
    if groups.is_empty() {
        return;
    }
    let count = groups
        .iter()
        .map(|group| group.changes.len())
        .sum::<usize>() as u64;
    comment.add(&format!("\n#### {title}: {}\n", counted(count, "change")));
    let is_open = is_folded && comment.add("\n<details><summary>Show them</summary>\n");
    for group in groups {
        let name = match group.subject {
            Subject::Record { collection, id } => format!("{} in {}", code(id), code(collection)),
            Subject::Collection(collection) => format!("Collection {}", code(collection)),
            Subject::File(file) => code(file),
            Subject::Manifest => "Manifest".to_owned(),
        };
        let mut is_listed = comment.add(&format!("\n**{name}**\n\n"));
        for change in &group.changes {
            is_listed = is_listed && comment.add(&entry(change));
            comment.unlisted += u64::from(!is_listed);
        }
    }
    if is_open {
        // There is room for it in the reserve.
        comment.text += "\n</details>\n";
    }
}

fn entry(change: &ChangeEntry) -> String {
    let sign = match (change.is_safety_relevant, &change.approval) {
        (true, None) => "⚠️ ",
        (true, Some(_)) => "✅ ",
        (false, _) => "",
    };
    let path = place(change);
    let path = if path.is_empty() {
        String::new()
    } else {
        format!(" {}", code(&path))
    };
    let mut text = format!("- {sign}{}{path}", change.title);
    if change.gist.is_some() {
        for (_, shown) in values(change) {
            text += &format!("\n  - {}", code(&shown));
        }
    } else if change.words.is_empty() {
        match (&change.old, &change.new) {
            (Some(old), Some(new)) => {
                let (old, new) = both(old, new);
                text += &format!(": {} became {}", code(&old), code(&new));
            }
            (Some(one), None) | (None, Some(one)) => text += &format!(": {}", code(&value(one))),
            (None, None) => {}
        }
    } else {
        text += ":";
        for word in &change.words {
            let shown = code(&treatise_report::visible(&word.text));
            text += &match word.kind {
                Fate::Kept => format!(" {shown}"),
                Fate::Removed => format!(" ~~{shown}~~"),
                Fate::Added => format!(" **{shown}**"),
            };
        }
    }
    for (label, remark) in remarks(change) {
        text += &format!("\n  - {label}: {}", code(&remark));
    }
    text += &format!("\n  <sub>{}, {}</sub>\n", change.level, change.fingerprint);
    text
}

/// Text of unknown origin, what can't be seen in it escaped, as a code span (`CommonMark` 6.1): its fence is
/// longer than any run of backticks within.
pub(super) fn code(text: &str) -> String {
    let text = treatise_report::visible(&text.replace(['\n', '\r'], " "));
    if text.trim().is_empty() {
        return "` `".to_owned();
    }
    let longest = text.split(|character| character != '`').map(str::len).max();
    let fence = "`".repeat(longest.unwrap_or_default() + 1);
    // A space at both ends is taken off again, and keeps a backtick from the fence.
    let touches = |end: Option<char>| end.is_some_and(|end| end == '`' || end == ' ');
    if touches(text.chars().next()) || touches(text.chars().next_back()) {
        format!("{fence} {text} {fence}")
    } else {
        format!("{fence}{text}{fence}")
    }
}

/// Our own sentence with versions and names in it.
fn plain(sentence: &str) -> String {
    let is_safe = |character: char| character.is_alphanumeric() || " .,:;%()-".contains(character);
    if sentence.chars().all(is_safe) {
        sentence.to_owned()
    } else {
        code(sentence)
    }
}
