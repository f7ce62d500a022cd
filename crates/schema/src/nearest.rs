//! "Did you mean": the word that a misspelt one most likely stands for.

/// The candidate nearest to `word` by edit distance, if any is near enough to be meant: a third of
/// its characters may differ, and at least one.
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    // Longer words are text, not names, and cost quadratic time.
    const LONGEST: usize = 200;
    if word.len() > LONGEST {
        return None;
    }
    let allowed = (word.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= LONGEST)
        .map(|candidate| {
            let distance = strsim::osa_distance(&fold(word), &fold(candidate));
            (distance, candidate)
        })
        .filter(|&(distance, _)| distance <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Case and the choice between `-`, `_` and nothing are slips, not differences.
fn fold(word: &str) -> String {
    word.chars()
        .filter(|character| !matches!(character, '-' | '_'))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_are_recognised_and_other_words_are_not() {
        let words = ["citations", "statement", "open_issues", "type"];
        assert_eq!(nearest("citatons", words), Some("citations"));
        assert_eq!(nearest("openIssues", words), Some("open_issues"));
        assert_eq!(nearest("tpye", words), Some("type"));
        assert_eq!(nearest("subject", words), None);
        assert_eq!(nearest("", words), None);
    }
}
