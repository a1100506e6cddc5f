//! Which character each group of equal cells is: by its likeness to known glyphs, by what every screen prints,
//! and by the words around it.

use super::decode::{Choices, most_likely};
use super::groups::{APART, Group, distance, looks_different};
use super::words::{Before, Words};

/// Characters that a group of cells may be.
const CANDIDATES: usize = 14;
/// Cells of a group that are asked what they are.
const WITNESSES: usize = 60;
/// One cell alone says no more than this against a character, in logarithms.
const MAX_EVIDENCE: f32 = 3.0;
/// All cells together say no more than this: clear pixels stand against any words.
const MAX_SAID: f32 = 11.0;
/// How much the words count: neighbouring cells tell the same twice.
const EVIDENCE_WEIGHT: f32 = 0.6;
const PARTING: f32 = 4.0;
const MAX_PARTING: f32 = 4.0;
/// A name that a crib gives is likelier than any other by this: neither shapes nor words say more.
const CRIBBED: f32 = 20.0;
/// Names are exchanged at most so often, and when both groups together are so much likelier.
const EXCHANGES: usize = 60;
const EXCHANGE_GAIN: f32 = 0.2;

/// Puts what cribs say into what each group may be, and leaves the likeliest.
pub(super) fn narrow(shapes: &mut [Choices], names: &[Option<char>]) {
    for (choices, name) in shapes.iter_mut().zip(names) {
        if let Some(name) = name {
            let best = choices.first().map_or(0.0, |choice| choice.0);
            choices.retain(|choice| choice.1 != *name);
            choices.insert(0, (best + CRIBBED, *name));
        }
        choices.truncate(CANDIDATES);
    }
}

/// What the words of the screen say for and against each candidate of each group.
fn evidence(
    rows: &[Vec<Option<usize>>],
    texts: &[Vec<char>],
    candidates: &[Choices],
    words: &Words,
) -> Vec<Vec<f32>> {
    let mut evidence: Vec<Vec<f32>> =
        candidates.iter().map(|choices| vec![0.0; choices.len()]).collect();
    let mut heard = vec![0usize; candidates.len()];
    for (row, text) in rows.iter().zip(texts) {
        let mut before = Before::START;
        for (column, group) in row.iter().enumerate() {
            let witness = group.filter(|group| heard[*group] < WITNESSES);
            if let Some(group) = witness {
                heard[group] += 1;
                let scores: Vec<f32> = candidates[group]
                    .iter()
                    .map(|(_, character)| {
                        words.likelihood_along(before, *character, &text[column + 1..])
                    })
                    .collect();
                let most = scores.iter().copied().fold(f32::MIN, f32::max);
                for (sum, score) in evidence[group].iter_mut().zip(scores) {
                    *sum += (score - most).max(-MAX_EVIDENCE);
                }
            }
            before = before.then(text[column]);
        }
    }
    evidence
}

/// Adds what words say to what shapes say, and sorts each group's choices by both.
fn weigh(named: &mut [Choices], shapes: &[Choices], said: &[Vec<f32>]) {
    for ((choices, shapes), said) in named.iter_mut().zip(shapes).zip(said) {
        choices.clone_from(shapes);
        let most = said.iter().copied().fold(f32::MIN, f32::max);
        for (choice, said) in choices.iter_mut().zip(said) {
            choice.0 += (EVIDENCE_WEIGHT * (said - most)).max(-MAX_SAID);
        }
        choices.sort_by(|a, b| b.0.total_cmp(&a.0));
    }
}

/// The names of the groups: likeness and words, again and again until nothing changes.
pub(super) fn name_groups(
    rows: &[Vec<Option<usize>>],
    groups: &[Group],
    shapes: &[Choices],
    words: &Words,
) -> Vec<Named> {
    let mut named = shapes.to_vec();
    let mut said: Vec<Vec<f32>> = Vec::new();
    let mut names: Vec<Option<char>> = Vec::new();
    let far = looking_different(groups);
    for round in 0..8 {
        let texts: Vec<Vec<char>> =
            rows.iter().map(|row| text_of(row, &named, words, round == 0)).collect();
        said = evidence(rows, &texts, shapes, words);
        weigh(&mut named, shapes, &said);
        let weighed = named.clone();
        keep_apart(&mut named, groups);
        exchange(&mut named, &weighed, groups, &far);
        let now = first_names(&named);
        if now == names {
            break;
        }
        names = now;
    }
    let mut all = Vec::new();
    for (group, choices) in named.into_iter().enumerate() {
        let backing = backing(&choices, &shapes[group], &said[group]);
        all.push(Named { is_shared: is_shared(&names, groups, group), backing, choices });
    }
    all
}

/// What a group may be, the likeliest first, and what speaks for that.
pub(super) struct Named {
    pub(super) choices: Choices,
    /// How much shape and words say for it together.
    pub(super) backing: f32,
    /// Whether a group that looks different has the same name: one of the two is wrong.
    pub(super) is_shared: bool,
}

/// How much shape and words say for the first name of a group against any other.
fn backing(named: &Choices, shapes: &Choices, said: &[f32]) -> f32 {
    let Some(first) = named.first() else { return 0.0 };
    let by_shape: Vec<f32> = shapes.iter().map(|shape| shape.0).collect();
    let Some(own) = shapes.iter().position(|shape| shape.1 == first.1) else { return 0.0 };
    lead(&by_shape, own) + EVIDENCE_WEIGHT * lead(said, own)
}

/// How much more one has than the best of the others.
fn lead(values: &[f32], own: usize) -> f32 {
    let others = values.iter().enumerate().filter(|(index, _)| *index != own);
    let best = others.map(|(_, value)| *value).fold(f32::MIN, f32::max);
    if best == f32::MIN { 0.0 } else { values[own] - best }
}

/// Whether another group that looks different has the name of this one.
fn is_shared(names: &[Option<char>], groups: &[Group], group: usize) -> bool {
    (0..groups.len()).any(|other| {
        other != group
            && groups[other].count > 0
            && names[other] == names[group]
            && looks_different(&groups[other], &groups[group])
    })
}

/// The text of a row by the present names of its groups; at first with all that each may be.
fn text_of(row: &[Option<usize>], named: &[Choices], words: &Words, is_open: bool) -> Vec<char> {
    let choices: Vec<Choices> = row
        .iter()
        .map(|group| match group {
            Some(group) if is_open => named[*group].clone(),
            Some(group) => named[*group].iter().take(1).copied().collect(),
            None => vec![(0.0, ' ')],
        })
        .collect();
    if is_open {
        return most_likely(&choices, words, 1.0);
    }
    choices.iter().map(|choices| choices.first().map_or('?', |choice| choice.1)).collect()
}

/// Two groups that look different are two characters: the one that is less sure takes its next.
fn keep_apart(named: &mut [Choices], groups: &[Group]) {
    let mut order: Vec<usize> = (0..named.len()).collect();
    order.sort_by(|a, b| {
        sureness(&groups[*b], &named[*b]).total_cmp(&sureness(&groups[*a], &named[*a]))
    });
    let mut owners: Vec<(char, usize)> = Vec::new();
    for group in order {
        for choice in &mut named[group] {
            let owners = owners.iter().filter(|(taken, _)| *taken == choice.1);
            choice.0 -= parting(&groups[group], owners.map(|(_, owner)| &groups[*owner]));
        }
        named[group].sort_by(|a, b| b.0.total_cmp(&a.0));
        if let Some(choice) = named[group].first() {
            owners.push((choice.1, group));
        }
    }
}

/// How much less likely a name is for a group that others have. Noise and colours part the cells of one
/// character, but never by many pixels: an `A` of another design was read as a second `@`.
fn parting<'a>(group: &Group, owners: impl Iterator<Item = &'a Group>) -> f32 {
    let far = owners.map(|owner| distance(&owner.mean, &group.mean)).fold(0.0, f32::max);
    if far > APART { PARTING * (far / APART).min(MAX_PARTING) } else { 0.0 }
}

/// Gives a group the name of another one where both together are likelier so: the one that chose first has
/// taken what was left for the other. (The `3` of another font is more like a `9`, and took its name.)
fn exchange(named: &mut [Choices], weighed: &[Choices], groups: &[Group], far: &[Vec<usize>]) {
    let mut names = first_names(named);
    let mut exchanges = 0;
    while exchanges < EXCHANGES
        && let Some(better) = best_exchange(&names, weighed, far)
    {
        for (group, name) in better {
            names[group] = Some(name);
        }
        exchanges += 1;
    }
    if exchanges == 0 {
        return;
    }
    for (group, choices) in named.iter_mut().enumerate() {
        choices.clone_from(&weighed[group]);
        for choice in choices.iter_mut() {
            let owners = far[group].iter().filter(|other| names[**other] == Some(choice.1));
            choice.0 -= parting(&groups[group], owners.map(|owner| &groups[*owner]));
        }
        choices.sort_by(|a, b| b.0.total_cmp(&a.0));
        if let Some(at) = choices.iter().position(|choice| Some(choice.1) == names[group]) {
            choices[..=at].rotate_right(1);
        }
    }
}

/// The likeliest name of each group.
fn first_names(named: &[Choices]) -> Vec<Option<char>> {
    named.iter().map(|choices| choices.first().map(|choice| choice.1)).collect()
}

/// Of each group the others that are hardly the same character.
fn looking_different(groups: &[Group]) -> Vec<Vec<usize>> {
    let all = 0..groups.len();
    groups
        .iter()
        .map(|group| all.clone().filter(|other| looks_different(group, &groups[*other])).collect())
        .collect()
}

/// The names of two groups that make both together likelier by most.
fn best_exchange(
    names: &[Option<char>],
    weighed: &[Choices],
    far: &[Vec<usize>],
) -> Option<[(usize, char); 2]> {
    let mut best: Option<(f32, [(usize, char); 2])> = None;
    for (group, choices) in weighed.iter().enumerate() {
        let Some(own) = names[group].and_then(|name| likeness_of(choices, name)) else { continue };
        for (likeness, name) in choices.iter().filter(|choice| Some(choice.1) != names[group]) {
            let mut owners = far[group].iter().filter(|other| names[**other] == Some(*name));
            let (Some(owner), None) = (owners.next(), owners.next()) else { continue };
            let Some(lost) = likeness_of(&weighed[*owner], *name) else { continue };
            let Some((next, other)) = next_free((*owner, group), *name, names, weighed, far) else {
                continue;
            };
            let gain = likeness - own + next - lost;
            if gain > best.as_ref().map_or(EXCHANGE_GAIN, |best| best.0) {
                best = Some((gain, [(group, *name), (*owner, other)]));
            }
        }
    }
    best.map(|best| best.1)
}

/// The likeliest name that is left for a group when another one takes its own: the one that this gives up, or one
/// that no group has which looks different.
fn next_free(
    (group, taker): (usize, usize),
    taken: char,
    names: &[Option<char>],
    weighed: &[Choices],
    far: &[Vec<usize>],
) -> Option<(f32, char)> {
    let others: Vec<usize> = far[group].iter().copied().filter(|other| *other != taker).collect();
    let free = weighed[group].iter().filter(|choice| {
        choice.1 != taken && !others.iter().any(|other| names[*other] == Some(choice.1))
    });
    free.copied().max_by(|a, b| a.0.total_cmp(&b.0))
}

fn likeness_of(choices: &Choices, name: char) -> Option<f32> {
    choices.iter().find(|choice| choice.1 == name).map(|choice| choice.0)
}

/// By how much the first choice of a group leads, the more the more cells the group has.
fn sureness(group: &Group, choices: &Choices) -> f32 {
    let margin = match choices[..] {
        [first, second, ..] => first.0 - second.0,
        _ => 0.0,
    };
    margin * (group.count as f32).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_two_shapes_have_is_a_guess() {
        let groups = [0.0, 1.0, 0.1].map(|value| Group { mean: vec![value; 8], count: 3 });
        let names = [Some('B'), Some('B'), Some('R')];
        assert!(is_shared(&names, &groups, 0) && is_shared(&names, &groups, 1));
        // Noise parts the cells of one character, but never by many pixels.
        assert!(!is_shared(&[Some('B'), Some('R'), Some('B')], &groups, 0));
    }

    #[test]
    fn a_name_that_neither_shape_nor_words_speak_for_has_no_backing() {
        let shapes: Choices = vec![(-1.0, 'R'), (-2.0, 'B')];
        let named: Choices = vec![(-1.0, 'B'), (-9.0, 'R')];
        assert!(backing(&named, &shapes, &[0.0, -1.0]) < 0.0);
        assert!(backing(&shapes, &shapes, &[0.0, -1.0]) > 0.0);
    }

    /// Checks the names of groups that look different, by their cells and by how likely each name is for each.
    #[track_caller]
    fn check_exchange(weighed: &[(usize, &[(f32, char)])], expected: &str) {
        let means = (0..weighed.len()).map(|group| vec![2.0 * group as f32; 8]);
        let groups: Vec<Group> =
            means.zip(weighed).map(|(mean, (count, _))| Group { mean, count: *count }).collect();
        let weighed: Vec<Choices> = weighed.iter().map(|(_, choices)| choices.to_vec()).collect();
        let mut named = weighed.clone();
        keep_apart(&mut named, &groups);
        exchange(&mut named, &weighed, &groups, &looking_different(&groups));
        let names: String = first_names(&named).into_iter().flatten().collect();
        assert_eq!(names, expected);
    }

    #[test]
    fn names_are_exchanged_where_both_are_likelier_together() {
        // The first is a bit more like a nine, and is asked first for its many cells.
        let three: &[(f32, char)] = &[(-1.0, '9'), (-1.5, '3')];
        let nine: &[(f32, char)] = &[(-2.0, '9'), (-4.0, 'y')];
        check_exchange(&[(100, three), (1, nine)], "39");
        // What nobody has is free, and a name that two have is left to them.
        check_exchange(&[(100, three), (1, &[(-2.0, '9'), (-2.2, 'y')])], "9y");
        check_exchange(&[], "");
    }
}
