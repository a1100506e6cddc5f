//! The knowledge base as a whole: shipped files, overlaid by a team's own.

use std::collections::{BTreeMap, BTreeSet};

use super::coefficients::Fitted;
use super::exemplar::Exemplar;
use super::expected::{self, ExpectedRow};
use super::finding::{Finding, FindingCode};
use super::guidance::Guidance;
use super::ids::AssignedIds;
use super::issue::{Issue, Status};
use super::leads::{self, Lead};
use super::modules::Modules;
use super::place::KbPlace;
use super::rarity::Rarity;
use super::releases::Releases;
use super::source::{KbFile, KbSource, Unread};
use crate::crash::PanicKind;
use crate::error::{Error, Result};
use crate::read::crashes_in_text;
use crate::signature::{ComparableCrash, CrashKeys, FrameLists};

/// Everything the team knows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KnowledgeBase {
    /// Known issues by id, without the retired ones.
    pub issues: BTreeMap<String, Issue>,
    /// The retired issues by id: they match nothing, and their ids are not given again.
    pub retired: BTreeMap<String, Issue>,
    /// The ids that a team has given; `None` without a list of them.
    pub assigned: Option<AssignedIds>,
    /// Crash texts by path: `crashes/`, `near/` and `unknown/`.
    pub exemplars: BTreeMap<String, Exemplar>,
    /// Guidance by id.
    pub guidance: BTreeMap<String, Guidance>,
    /// Releases of every source.
    pub releases: Releases,
    /// Modules and their owners of every source; a later row replaces an earlier one.
    pub modules: Modules,
    /// Articles that are known by a name alone, by number; a later row replaces an earlier one.
    pub leads: BTreeMap<String, Lead>,
    /// Frame lists of every source together.
    pub lists: FrameLists,
    /// Frame rarity of the last source that has one.
    pub rarity: Rarity,
    /// The coefficients of the last source that has some.
    pub fitted: Option<Fitted>,
    /// The results of `kb test` that were last accepted, by path of the crash text.
    pub expected: BTreeMap<String, ExpectedRow>,
    /// The faults of files that cannot be read; these files are left out.
    pub findings: Vec<Finding>,
}

impl KnowledgeBase {
    /// Reads `sources` in their order: a later file replaces an earlier one of the same id or
    /// path, a retired issue hides it, lists and releases add up.
    ///
    /// # Errors
    /// [`Error::Io`] when a directory cannot be read. A file whose content has a fault is a
    /// finding, not an error: the rest of the knowledge base still works.
    pub fn read(sources: &[KbSource]) -> Result<Self> {
        let mut files = Vec::new();
        for source in sources {
            files.extend(source.files()?);
        }
        Ok(Self::of_files(&files))
    }

    /// As [`Self::read`], of files that are in memory, in the order of their sources.
    pub fn of_files(files: &[KbFile]) -> Self {
        let mut kb = Self::default();
        files.iter().for_each(|file| kb.add_file(file));
        let retired = kb.issues.extract_if(.., |_, issue| issue.status == Status::Retired);
        kb.retired = retired.collect();
        let retired = &kb.retired;
        kb.exemplars
            .retain(|_, exemplar| exemplar.issue().is_none_or(|id| !retired.contains_key(id)));
        kb
    }

    /// The crash texts of one issue.
    pub fn exemplars_of(&self, id: &str) -> impl Iterator<Item = &Exemplar> {
        self.exemplars.values().filter(move |exemplar| exemplar.issue() == Some(id))
    }

    /// The issues that are related to `id` in either direction, without itself.
    pub fn related_to(&self, id: &str) -> BTreeSet<&str> {
        let named = self.issues.get(id).into_iter().flat_map(|issue| &issue.related);
        let naming = self.issues.values().filter(|issue| issue.related.iter().any(|o| o == id));
        named.map(String::as_str).chain(naming.map(|issue| issue.id.as_str())).collect()
    }

    /// Pairs of related issues, each in both orders: for those who ask about every issue.
    pub fn related_pairs(&self) -> BTreeSet<(&str, &str)> {
        let mut pairs = BTreeSet::new();
        for issue in self.issues.values() {
            for other in &issue.related {
                pairs.insert((issue.id.as_str(), other.as_str()));
                pairs.insert((other.as_str(), issue.id.as_str()));
            }
        }
        pairs
    }

    /// The issues that `name` means: the one with this id, else those that cite the article with
    /// this number, new or old.
    pub fn issues_called(&self, name: &str) -> Vec<&Issue> {
        if let Some(issue) = self.issues.values().find(|i| i.id.eq_ignore_ascii_case(name)) {
            return vec![issue];
        }
        self.issues.values().filter(|issue| issue.cites(name)).collect()
    }

    /// The keys of every crash in a crash text.
    pub(super) fn crashes_in(&self, exemplar: &Exemplar) -> Vec<CrashKeys> {
        crashes_in_text(&exemplar.text)
            .into_iter()
            .map(|found| ComparableCrash::new(found.crash, &self.lists).keys)
            .collect()
    }

    /// Counts the story frames of every crash text: the table for [`super::RARITY_FILE`]. All crash texts
    /// of one issue count as one backtrace.
    pub fn count_functions(&self) -> Rarity {
        let mut stacks: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for exemplar in self.exemplars.values() {
            let stack = stacks.entry(exemplar.issue().unwrap_or(&exemplar.path)).or_default();
            for keys in self.crashes_in(exemplar) {
                stack.extend(keys.functions().map(str::to_owned));
            }
        }
        stacks.retain(|_, functions| !functions.is_empty());
        Rarity::count(stacks.values().map(|stack| stack.iter().map(String::as_str).collect()))
    }

    /// The number of files that would belong to the knowledge base and are left out of it.
    pub fn left_out(&self) -> usize {
        let paths = self.findings.iter().filter(|finding| finding.code.leaves_out_file());
        paths.map(|finding| &finding.path).collect::<BTreeSet<_>>().len()
    }

    fn add_file(&mut self, file: &KbFile) {
        let finding = match (&file.unread, KbPlace::of_path(&file.path)) {
            (Some(Unread::NoPlace), _) | (None, None) => {
                Finding::new(&file.path, FindingCode::UnexpectedFile, "")
            }
            (Some(reason), _) => {
                Finding::new(&file.path, FindingCode::UnreadFile, reason.to_string())
            }
            (None, Some(place)) => match self.add(place, &file.path, &file.text) {
                Ok(()) => return,
                Err(Error::KbSyntax { line, problem, .. }) => {
                    Finding::new(&file.path, FindingCode::Syntax, problem).at(line)
                }
                Err(other) => {
                    Finding::new(&file.path, FindingCode::Syntax, other.to_string()).at(1)
                }
            },
        };
        self.findings.push(finding);
    }

    /// Adds the file `path`, which has the content `text`, by its place.
    fn add(&mut self, place: KbPlace, path: &str, text: &str) -> Result<()> {
        match place {
            KbPlace::Issue => self.add_issue(Issue::parse(path, text)?),
            KbPlace::CrashText => {
                self.exemplars.insert(path.to_owned(), Exemplar::parse(path, text)?);
            }
            KbPlace::Guidance => {
                let guidance = Guidance::parse(path, text)?;
                self.guidance.insert(guidance.id.clone(), guidance);
            }
            KbPlace::Machinery => {
                let names = self.read_list(path, text);
                self.lists.machinery.extend(names);
            }
            KbPlace::Shared => {
                let names = self.read_list(path, text);
                self.lists.shared.extend(names);
            }
            KbPlace::Rarity => self.rarity = Rarity::parse(path, text)?,
            KbPlace::Calibration => self.fitted = Some(Fitted::parse(path, text)?),
            KbPlace::Releases => {
                self.releases.overlay(Releases::parse(path, text)?.into_entries());
            }
            KbPlace::Modules => {
                let (modules, findings) = Modules::parse(path, text)?;
                self.modules.entries.extend(modules.entries);
                self.findings.extend(findings);
            }
            KbPlace::Leads => {
                let (leads, findings) = leads::parse(path, text)?;
                self.leads.extend(leads);
                self.findings.extend(findings);
            }
            // A later row replaces an earlier one.
            KbPlace::Expected => {
                let rows = expected::parse(path, text)?.into_iter();
                self.expected.extend(rows.map(|row| (row.path.clone(), row)));
            }
            KbPlace::Ids => {
                self.assigned.get_or_insert_default().extend(AssignedIds::parse(path, text)?);
            }
            KbPlace::Readme => {}
        }
        Ok(())
    }

    fn add_issue(&mut self, issue: Issue) {
        let (id, path) = (issue.id.clone(), issue.path.clone());
        // A team's file replaces the shipped one at the same path; two paths are two issues.
        let other = self.issues.insert(id.clone(), issue);
        if let Some(other) = other.filter(|other| other.path != path) {
            let detail = format!("{id}, {}", other.path);
            let finding = Finding::new(&path, FindingCode::DuplicateId, detail);
            self.findings.push(finding.value("id"));
        }
    }

    /// Reads a frame list; names out of order are findings. A group ends at an empty line.
    fn read_list(&mut self, path: &str, text: &str) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        let mut previous = "";
        for (index, line) in text.lines().enumerate() {
            let name = line.split('#').next().unwrap_or_default().trim();
            if name.is_empty() {
                previous = if line.trim().is_empty() { "" } else { previous };
                continue;
            }
            let is_repeated = !names.insert(name.to_owned());
            // `TLBDoInvalidate tlb-ack`: a function, and the panic kinds that the line is about.
            let has_other_word =
                name.split_whitespace().skip(1).any(|kind| PanicKind::from_name(kind).is_none());
            // `User_*SyscallHandler` would cover nothing: only a `*` at the end is understood.
            let function = name.split_whitespace().next().unwrap_or_default();
            let has_inner_star = function.trim_end_matches('*').contains('*');
            if name <= previous || is_repeated || has_other_word || has_inner_star {
                let finding = Finding::new(path, FindingCode::FrameList, name).at(index + 1);
                self.findings.push(finding);
            }
            previous = name;
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kb::FindingPlace;
    use crate::text::typography_fault;

    #[test]
    fn the_shipped_japanese_texts_keep_to_their_typography() {
        let kb = KnowledgeBase::read(&[KbSource::Shipped]).expect("a kb");
        for issue in kb.issues.values() {
            let texts = &issue.japanese;
            for text in [&texts.title, &texts.cause, &texts.fix, &texts.workaround, &texts.notes] {
                assert_eq!(typography_fault(text), None, "{}: {text}", issue.path);
            }
        }
        for guidance in kb.guidance.values() {
            let text = &guidance.advice_ja;
            assert_eq!(typography_fault(text), None, "{}: {text}", guidance.path);
        }
    }

    fn issue(id: &str, status: &str) -> String {
        format!(
            "+++\nschema = 1\nid = \"{id}\"\ntitle = \"t\"\nstatus = \"{status}\"\nauthor = \"a\"\ncreated = 2026-11-23\n+++\n"
        )
    }

    fn read(files: &[(&str, &str)]) -> KnowledgeBase {
        let directory = tempfile::tempdir().expect("a directory");
        for (path, text) in files {
            let path = directory.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("create");
            std::fs::write(path, text).expect("write");
        }
        KnowledgeBase::read(&[KbSource::Directory(directory.path().to_path_buf())]).expect("a kb")
    }

    #[test]
    fn a_retired_issue_is_hidden_with_its_crashes() {
        let kb = read(&[
            ("issues/KB1.md", &issue("KB1", "retired")),
            ("issues/KB2.md", &issue("KB2", "test")),
            ("crashes/KB1-1.txt", "EXPECT: KB1\n\nx"),
        ]);
        assert_eq!(kb.issues.keys().collect::<Vec<_>>(), ["KB2"]);
        assert_eq!(kb.retired.keys().collect::<Vec<_>>(), ["KB1"]);
        assert!(kb.exemplars.is_empty());
    }

    #[test]
    fn a_teams_module_replaces_the_shipped_one() {
        let directory = tempfile::tempdir().expect("a directory");
        let row = "module,owner,title,source\neqos,partner,our driver,name\n";
        std::fs::write(directory.path().join("modules.csv"), row).expect("write");
        let team = KbSource::Directory(directory.path().to_path_buf());
        let kb = KnowledgeBase::read(&[KbSource::Shipped, team]).expect("a kb");
        assert_eq!(kb.findings, []);
        assert_eq!(kb.modules.entries["eqos"].title, "our driver");
        assert!(kb.modules.entries.contains_key("vmkernel"));
    }

    #[test]
    fn unreadable_files_are_findings() {
        let kb = read(&[
            ("issues/KB1.md", "no front matter"),
            ("notes.txt", ""),
            ("frames/shared.txt", "# c\nB\nA\n\nA\n\nUser_*Handler\n"),
        ]);
        let found: Vec<(&str, &FindingPlace, &str)> =
            kb.findings.iter().map(|f| (f.path.as_str(), &f.place, f.code.as_str())).collect();
        assert_eq!(
            found,
            [
                ("frames/shared.txt", &FindingPlace::Line(3), "frame-list"),
                ("frames/shared.txt", &FindingPlace::Line(5), "frame-list"),
                ("frames/shared.txt", &FindingPlace::Line(7), "frame-list"),
                ("issues/KB1.md", &FindingPlace::Line(1), "syntax"),
                ("notes.txt", &FindingPlace::File, "unexpected-file"),
            ]
        );
    }
}
