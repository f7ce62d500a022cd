//! "Did you mean": the word that a misspelt one most likely stands for.

use rapidfuzz::distance::osa;

/// The candidate nearest to `word` by edit distance, if any is near enough to be meant: a third of
/// its characters may differ, and at least one.
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let allowed = (word.chars().count() / 3).max(1);
    nearest_within(allowed, word, candidates)
}

/// The same for the id of a record, of which one or two characters may be wrong, and no digit: ids that
/// differ in more are those of other things, whose names are often alike.
pub fn nearest_id<'c>(id: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let length = id.chars().count();
    let allowed = (length / 6).clamp(1, 2).min(length / 3);
    let digits = |id: &str| -> String { id.chars().filter(char::is_ascii_digit).collect() };
    let own = digits(id);
    let of_same_number = candidates.into_iter().filter(|other| digits(other) == own);
    nearest_within(allowed, id, of_same_number)
}

fn nearest_within<'c>(
    allowed: usize,
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    // Longer words are text, not names, and cost quadratic time.
    const LONGEST: usize = 200;
    if word.len() > LONGEST {
        return None;
    }
    let word = fold(word);
    let length = word.chars().count();
    let comparator = osa::BatchComparator::new(word.chars());
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        if candidate.len() > LONGEST {
            continue;
        }
        let folded = fold(candidate);
        let most = best.map_or(allowed, |(distance, _)| distance);
        // What is that much longer or shorter is further away: comparing costs more.
        if folded.chars().count().abs_diff(length) > most {
            continue;
        }
        let arguments = osa::Args::default().score_cutoff(most);
        let distance = comparator.distance_with_args(folded.chars(), &arguments);
        let found = distance.map(|distance| (distance, candidate));
        // Of those that are equally near the first in the alphabet.
        best = match (best, found) {
            (Some(best), Some(found)) => Some(best.min(found)),
            (best, found) => found.or(best),
        };
    }
    best.map(|(_, candidate)| candidate)
}

/// Case and the choice between `-`, `_` and nothing are slips, not differences.
fn fold(word: &str) -> String {
    if word.is_ascii() {
        let mut folded = word.to_ascii_lowercase();
        folded.retain(|character| !matches!(character, '-' | '_'));
        return folded;
    }
    word.chars()
        .filter(|character| !matches!(character, '-' | '_'))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{nearest, nearest_id};

    #[test]
    fn slips_are_recognised_and_other_words_are_not() {
        let words = ["citations", "statement", "open_issues", "type"];
        assert_eq!(nearest("citatons", words), Some("citations"));
        assert_eq!(nearest("openIssues", words), Some("open_issues"));
        assert_eq!(nearest("tpye", words), Some("type"));
        assert_eq!(nearest("subject", words), None);
        assert_eq!(nearest("", words), None);
    }

    #[test]
    fn ids_of_other_things_are_no_slips() {
        let ids = [
            "int-radiotherapy",
            "cnd-bone-metastasis",
            "sit-breast",
            "src-adam-2024",
        ];
        assert_eq!(nearest_id("cnd-bone-metastases", ids), Some(ids[1]));
        assert_eq!(nearest_id("int-radiotherpay", ids), Some(ids[0]));
        assert_eq!(nearest_id("src-Adam_2024", ids), Some(ids[3]));
        for other in [
            "int-chemotherapy",
            "cnd-liver-metastasis",
            "sit-brain",
            "src-adam-2025",
        ] {
            assert_eq!(nearest_id(other, ids), None, "{other}");
        }
    }
}
