//! What somebody probably meant.

/// The candidate that `text` is a slip of: one that differs from it in few letters, or only in their case.
pub fn closest<'a>(text: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let text = text.to_lowercase();
    let allowed = 1 + text.chars().count() / 5;
    let distances = candidates.iter().map(|it| (distance(&text, &it.to_lowercase()), *it));
    distances.filter(|(distance, _)| *distance <= allowed).min().map(|(_, candidate)| candidate)
}

/// How many letters must be put in, taken out or changed; two that have changed places count once.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut rows = vec![vec![0; other.len() + 1]; one.len() + 1];
    for (index, row) in rows.iter_mut().enumerate() {
        row[0] = index;
    }
    rows[0] = (0..=other.len()).collect();
    for i in 1..=one.len() {
        for j in 1..=other.len() {
            let changed = usize::from(one[i - 1] != other[j - 1]);
            let mut least =
                (rows[i - 1][j] + 1).min(rows[i][j - 1] + 1).min(rows[i - 1][j - 1] + changed);
            if i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = least;
        }
    }
    rows[one.len()][other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found_and_other_words_are_not() {
        let names = ["transfer", "transferFrom", "approve"];
        assert_eq!(closest("tranfser", &names), Some("transfer"));
        assert_eq!(closest("Approve", &names), Some("approve"));
        assert_eq!(closest("transferfrom", &names), Some("transferFrom"));
        assert_eq!(closest("mint", &names), None);
        assert_eq!(closest("", &["a", "abc"]), Some("a"));
    }
}
