//! Labelled backtraces out of JSON Lines, each distinct one once.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use psod_match::matching::MAX_FRAMES;
use psod_match::signature::{function_name, module_name};
use serde::Deserialize;

/// A line that is not a labelled backtrace.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{line}: {problem}")]
pub struct BadLine {
    /// Line, counted from 1.
    pub line: usize,
    /// The fault, and what was expected.
    pub problem: String,
}

/// One distinct backtrace; functions are numbers into [`TraceSet::functions`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// The functions, top first, at most [`MAX_FRAMES`].
    pub functions: Vec<u32>,
    /// Their modules, where given.
    pub modules: Vec<Option<String>>,
    /// Each function once with the number of its frames, by function.
    pub counts: Vec<(u32, u32)>,
    /// Function and position of every frame, by function, then by position.
    pub occurrences: Vec<(u32, usize)>,
    /// The labels it appears under, as numbers into [`TraceSet::labels`].
    pub labels: BTreeSet<usize>,
}

impl Trace {
    fn new(functions: Vec<u32>, modules: Vec<Option<String>>) -> Self {
        let mut occurrences: Vec<(u32, usize)> =
            functions.iter().enumerate().map(|(place, function)| (*function, place)).collect();
        occurrences.sort_unstable();
        let runs = occurrences.chunk_by(|one, other| one.0 == other.0);
        let counts = runs.map(|run| (run[0].0, run.len() as u32)).collect();
        Self { functions, modules, counts, occurrences, labels: BTreeSet::new() }
    }

    /// Number of frames.
    pub fn len(&self) -> usize {
        self.functions.len()
    }

    /// True without frames, which no trace of a set is.
    pub fn is_empty(&self) -> bool {
        self.functions.is_empty()
    }

    /// How often the function occurs.
    pub fn count(&self, function: u32) -> u32 {
        let found = self.counts.binary_search_by_key(&function, |(known, _)| *known);
        found.map_or(0, |place| self.counts[place].1)
    }

    /// True when both appear under one label.
    pub fn shares_label(&self, other: &Self) -> bool {
        !self.labels.is_disjoint(&other.labels)
    }
}

/// A labelled set of backtraces.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TraceSet {
    /// Names of the functions without compiler suffixes.
    pub functions: Vec<String>,
    /// The labels.
    pub labels: Vec<String>,
    /// The distinct backtraces in the order of their first lines.
    pub traces: Vec<Trace>,
    /// The family of each label: labels that share a backtrace are not independent.
    pub families: Vec<usize>,
    /// How many lines were read without a fault.
    pub lines: usize,
    /// The trace and the label of each of these lines.
    pub cases: Vec<Case>,
}

/// One line of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Case {
    /// Place in [`TraceSet::traces`].
    pub trace: usize,
    /// Place in [`TraceSet::labels`].
    pub label: usize,
}

#[derive(Deserialize)]
struct LabelledLine {
    label: String,
    frames: Vec<LineFrame>,
}

#[derive(Deserialize)]
struct LineFrame {
    function: String,
    module: Option<String>,
}

impl TraceSet {
    /// Reads one JSON object a line, and lists the lines that are not a labelled backtrace.
    pub fn read(text: &[u8]) -> (Self, Vec<BadLine>) {
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        let mut builder = Builder::default();
        let mut bad_lines = Vec::new();
        for (index, line) in text.split(|byte| *byte == b'\n').enumerate() {
            let line = line.trim_ascii();
            if line.is_empty() {
                continue;
            }
            match labelled(line) {
                Ok(line) => builder.add(line),
                Err(problem) => bad_lines.push(BadLine { line: index + 1, problem }),
            }
        }
        builder.set.families = families(&builder.set);
        (builder.set, bad_lines)
    }

    /// The family of a trace.
    pub fn family(&self, trace: usize) -> usize {
        let label = self.traces[trace].labels.first();
        label.map_or(0, |label| self.families[*label])
    }

    /// The other traces that appear under a label of `trace`.
    pub fn relatives(&self, trace: usize) -> impl Iterator<Item = usize> {
        let own = &self.traces[trace];
        let all = 0..self.traces.len();
        all.filter(move |other| *other != trace && self.traces[*other].shares_label(own))
    }
}

/// The labelled backtrace of one line.
fn labelled(line: &[u8]) -> Result<LabelledLine, String> {
    let line: LabelledLine = serde_json::from_slice(line).map_err(|error| {
        let text = error.to_string();
        let problem = text.rsplit_once(" at line ").map_or(text.as_str(), |(problem, _)| problem);
        format!(
            "{problem} (column {}); expected {{\"label\": …, \"frames\": [{{\"function\": …}}, …]}}",
            error.column()
        )
    })?;
    if line.label.trim().is_empty() {
        return Err("the label is empty".to_owned());
    }
    if line.frames.is_empty() {
        return Err("there are no frames".to_owned());
    }
    match line.frames.iter().position(|frame| function_name(&frame.function).trim().is_empty()) {
        Some(place) => Err(format!("frame {} names no function", place + 1)),
        None => Ok(line),
    }
}

#[derive(Default)]
struct Builder {
    set: TraceSet,
    functions: HashMap<String, u32>,
    labels: HashMap<String, usize>,
    /// Place of a trace by its functions.
    traces: HashMap<Vec<u32>, usize>,
}

impl Builder {
    fn add(&mut self, line: LabelledLine) {
        self.set.lines += 1;
        let mut functions = Vec::with_capacity(line.frames.len());
        let mut modules = Vec::with_capacity(line.frames.len());
        for frame in line.frames.into_iter().take(MAX_FRAMES) {
            functions.push(self.function(function_name(frame.function.trim())));
            modules.push(frame.module.as_deref().and_then(module_name).map(str::to_owned));
        }
        let label = self.label(line.label);
        let place = *self.traces.entry(functions).or_insert_with_key(|functions| {
            self.set.traces.push(Trace::new(functions.clone(), modules));
            self.set.traces.len() - 1
        });
        self.set.traces[place].labels.insert(label);
        self.set.cases.push(Case { trace: place, label });
    }

    fn function(&mut self, name: &str) -> u32 {
        if let Some(number) = self.functions.get(name) {
            return *number;
        }
        let number = self.set.functions.len() as u32;
        self.set.functions.push(name.to_owned());
        self.functions.insert(name.to_owned(), number);
        number
    }

    fn label(&mut self, name: String) -> usize {
        *self.labels.entry(name).or_insert_with_key(|name| {
            self.set.labels.push(name.clone());
            self.set.labels.len() - 1
        })
    }
}

/// Labels that share a backtrace, directly or over others, are one family; numbered from 0.
fn families(set: &TraceSet) -> Vec<usize> {
    let mut families: Vec<usize> = (0..set.labels.len()).collect();
    for trace in &set.traces {
        let members: BTreeSet<usize> = trace.labels.iter().map(|label| families[*label]).collect();
        let Some(first) = members.first().copied() else { continue };
        for family in families.iter_mut().filter(|family| members.contains(family)) {
            *family = first;
        }
    }
    let mut numbers = BTreeMap::new();
    for family in &mut families {
        let next = numbers.len();
        *family = *numbers.entry(*family).or_insert(next);
    }
    families
}

#[cfg(test)]
impl TraceSet {
    /// Makes the set of `label: A B C` lines.
    pub(super) fn from_lines(lines: &[&str]) -> Self {
        let mut text = String::new();
        for line in lines {
            let (label, functions) = line.split_once(": ").expect("label: functions");
            let frames: Vec<serde_json::Value> = functions
                .split_whitespace()
                .map(|function| serde_json::json!({ "function": function }))
                .collect();
            text += &format!("{}\n", serde_json::json!({ "label": label, "frames": frames }));
        }
        let (set, bad_lines) = Self::read(text.as_bytes());
        assert_eq!(bad_lines, []);
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: Result<&str, &str>) {
        let (set, bad_lines) = TraceSet::read(format!("\n{line}\r\n").as_bytes());
        let found = match bad_lines.first() {
            Some(bad) => Err(bad.to_string()),
            None => Ok(set.functions.join(" ")),
        };
        match (&found, expected) {
            (Err(found), Err(expected)) => assert!(found.starts_with(expected), "{found}"),
            _ => assert_eq!(found.as_deref().map_err(String::as_str), expected, "{line}"),
        }
    }

    #[test]
    fn a_line_is_a_label_and_frames() {
        let frame = r#"{"function":"A.isra.0","offset":null,"module":null}"#;
        check(&format!(r#"{{"id":1,"label":"x","frames":[{frame}]}}"#), Ok("A"));
        check(&format!(r#"{{"label":"x","frames":[{frame},{frame}]}}"#), Ok("A"));
        check(r#"{"label":"x"}"#, Err("2: missing field `frames` (column 13)"));
        check(r#"{"label":"x","frames":[]}"#, Err("2: there are no frames"));
        check(r#"{"label":" ","frames":[{"function":"A"}]}"#, Err("2: the label is empty"));
        check(
            r#"{"label":"x","frames":[{"function":"A"},{"function":""}]}"#,
            Err("2: frame 2 names no function"),
        );
        check("{", Err("2: EOF while parsing an object (column 1)"));
    }

    #[test]
    fn a_backtrace_counts_once_and_keeps_every_label() {
        let set = TraceSet::from_lines(&["x: A B", "y: A B", "x: A B", "x: B A", "z: C"]);
        assert_eq!((set.lines, set.traces.len(), set.labels.len()), (5, 3, 3));
        assert_eq!(set.traces[0].labels, [0, 1].into());
        assert_eq!(set.relatives(0).collect::<Vec<_>>(), [1]);
        assert_eq!(set.families, [0, 0, 1]);
    }

    #[test]
    fn labels_are_one_family_over_others() {
        let set = TraceSet::from_lines(&["x: A", "y: B", "z: C", "z: A", "y: D", "z: D", "w: E"]);
        assert_eq!(set.families, [0, 0, 0, 1]);
    }

    #[test]
    fn frames_are_counted_by_function() {
        let set = TraceSet::from_lines(&["x: B A B"]);
        assert_eq!(set.traces[0].counts, [(0, 2), (1, 1)]);
        assert_eq!(set.traces[0].occurrences, [(0, 0), (0, 2), (1, 1)]);
        assert_eq!((set.traces[0].count(0), set.traces[0].count(2)), (2, 0));
    }
}
