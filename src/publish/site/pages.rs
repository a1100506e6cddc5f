//! The pages of one language.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;

use super::files::{SiteFile, file_name};
use super::issue::{article_link, issue_page_of_site};
use super::shell::{ChosenText, Link, Shell, text_html, visible};
use crate::kb::Guidance;
use crate::message::{Catalog, Language};
use crate::publish::Edition;
use crate::publish::card::Card;
use crate::publish::document::{ReleaseCard, releases};
use crate::publish::fixes::{in_order, update_lines};
use crate::publish::found::guidance_title;

/// Makes the pages of one language.
pub(super) struct Pages<'a> {
    /// The knowledge base.
    pub edition: &'a Edition<'a>,
    /// Its issues.
    pub cards: &'a [Card],
    /// The language.
    pub catalog: &'static Catalog,
}

/// An issue in a list.
struct IssueRow {
    id: String,
    href: String,
    title: String,
    foreign: bool,
    about: Vec<String>,
}

/// A link of the start page to another page, and the number of issues on that page.
struct IndexEntry {
    title: String,
    href: String,
    count: usize,
}

#[derive(Template)]
#[template(path = "site/index.html")]
struct IndexPage {
    shell: Shell,
    about: String,
    found: String,
    issues: Vec<IssueRow>,
    lines: Vec<IndexEntry>,
    modules: Vec<IndexEntry>,
    guidance: Vec<IndexEntry>,
}

#[derive(Template)]
#[template(path = "site/module.html")]
struct ModulePage {
    shell: Shell,
    facts: Vec<(String, String)>,
    issues: Vec<IssueRow>,
}

#[derive(Template)]
#[template(path = "site/line.html")]
struct LinePage {
    shell: Shell,
    issues: Vec<IssueRow>,
    releases: Vec<ReleaseWithFixes>,
}

/// A release of the line, and the issues that it fixes.
struct ReleaseWithFixes {
    name: String,
    build: u32,
    date: String,
    fixes: Vec<Link>,
}

#[derive(Template)]
#[template(path = "site/guidance.html")]
struct GuidancePage {
    shell: Shell,
    html: String,
    foreign: bool,
    articles: Vec<Link>,
    issues: Vec<IssueRow>,
}

impl Pages<'_> {
    /// Makes every page.
    pub(super) fn all(&self) -> Vec<SiteFile> {
        let (lines, modules) = (self.lines(), self.modules());
        let mut files = vec![self.file("index.html".into(), self.index(&lines, &modules))];
        for card in self.cards {
            let path = format!("issues/{}.html", file_name(&card.id));
            let title = ChosenText::new(self.catalog, &card.title, &card.title_ja).text;
            let shell = self.shell(&path, format!("{}: {title}", card.id));
            files.push(self.file(path, issue_page_of_site(card, shell, &modules)));
        }
        for module in &modules {
            let path = format!("modules/{}.html", file_name(module));
            files.push(self.file(path.clone(), self.module(&path, module)));
        }
        let releases = releases(self.edition);
        for line in &lines {
            let path = format!("lines/{}.html", file_name(line));
            files.push(self.file(path.clone(), self.line(&path, line, &releases)));
        }
        for guidance in self.edition.kb.guidance.values() {
            let path = format!("guidance/{}.html", file_name(&guidance.id));
            files.push(self.file(path.clone(), self.guidance(&path, guidance)));
        }
        files
    }

    fn file(&self, path: String, content: String) -> SiteFile {
        let content = format!("{}\n", content.trim_end());
        match self.catalog.language() {
            Language::English => SiteFile { path, content },
            Language::Japanese => SiteFile { path: format!("ja/{path}"), content },
        }
    }

    fn shell(&self, path: &str, title: String) -> Shell {
        Shell::new(self.catalog, path, title, &self.edition.digest)
    }

    /// Lists the update lines with releases or issues, oldest first.
    fn lines(&self) -> Vec<String> {
        let mut lines = update_lines(self.edition.kb);
        lines.extend(self.cards.iter().flat_map(|card| card.affected.covered.iter().cloned()));
        in_order(lines)
    }

    fn modules(&self) -> BTreeSet<String> {
        let of_issues = self.cards.iter().flat_map(|card| card.modules.iter().cloned());
        self.edition.kb.modules.entries.keys().cloned().chain(of_issues).collect()
    }

    /// Makes the row of an issue in a list; `up` leads from the page of the list to the start page.
    fn row(&self, up: &str, card: &Card) -> IssueRow {
        let title = ChosenText::new(self.catalog, &card.title, &card.title_ja);
        IssueRow {
            id: card.id.clone(),
            href: format!("{up}issues/{}.html", file_name(&card.id)),
            title: title.text,
            foreign: title.foreign,
            about: card.kinds.iter().chain(&card.affected.lines).cloned().collect(),
        }
    }

    fn index(&self, lines: &[String], modules: &BTreeSet<String>) -> String {
        let lines = lines.iter().map(|line| {
            let covering = self.cards.iter().filter(|card| card.affected.covered.contains(line));
            index_entry("lines", line, covering.count())
        });
        let modules = modules.iter().map(|name| {
            let naming = self.cards.iter().filter(|card| card.modules.contains(name));
            index_entry("modules", name, naming.count())
        });
        let guidance = self.edition.kb.guidance.values().map(|guidance| IndexEntry {
            title: guidance_title(&guidance.kinds, self.catalog),
            href: format!("guidance/{}.html", file_name(&guidance.id)),
            count: 0,
        });
        let issues = self.cards.len().to_string();
        let title = self.catalog.text("site-title", &[]);
        let page = IndexPage {
            shell: self.shell("index.html", title),
            about: self.catalog.text("site-about", &[("issues", &issues)]),
            // The script fills in the numbers.
            found: self.catalog.text("site-search-found", &[("all", "{all}"), ("some", "{some}")]),
            issues: self.cards.iter().map(|card| self.row("", card)).collect(),
            lines: lines.collect(),
            modules: modules.collect(),
            guidance: guidance.collect(),
        };
        visible(&page.render().unwrap_or_default())
    }

    fn module(&self, path: &str, module: &str) -> String {
        let mut facts = Vec::new();
        if let Some(entry) = self.edition.kb.modules.entries.get(module) {
            let owner = self.catalog.text(&format!("owner-{}", entry.owner.as_str()), &[]);
            facts.push((self.catalog.text("label-meaning", &[]), entry.title.clone()));
            facts.push((self.catalog.text("label-owner", &[]), owner));
        }
        let heading = self.catalog.text("site-module", &[("module", module)]);
        let naming = self.cards.iter().filter(|card| card.modules.iter().any(|m| m == module));
        let page = ModulePage {
            shell: self.shell(path, heading),
            facts,
            issues: naming.map(|card| self.row("../", card)).collect(),
        };
        visible(&page.render().unwrap_or_default())
    }

    fn line(&self, path: &str, line: &str, releases: &[ReleaseCard]) -> String {
        let mut fixes: BTreeMap<u32, Vec<Link>> = BTreeMap::new();
        for card in self.cards {
            let own = card.own_fixes().filter(|fix| fix.line == line);
            for build in own.filter_map(|fix| fix.build) {
                let href = Some(format!("../issues/{}.html", file_name(&card.id)));
                fixes.entry(build).or_default().push(Link { title: card.id.clone(), href });
            }
        }
        let mut rows: Vec<ReleaseWithFixes> = releases
            .iter()
            .filter(|release| release.line == line)
            .map(|release| ReleaseWithFixes {
                name: release.name.clone(),
                build: release.build,
                date: release.date.clone(),
                fixes: fixes.remove(&release.build).unwrap_or_default(),
            })
            .collect();
        // Builds with a fix that the release list does not have.
        rows.extend(fixes.into_iter().map(|(build, fixes)| ReleaseWithFixes {
            name: String::new(),
            build,
            date: String::new(),
            fixes,
        }));
        rows.sort_by_key(|row| std::cmp::Reverse(row.build));
        let heading = self.catalog.text("site-line", &[("line", line)]);
        let covering =
            self.cards.iter().filter(|card| card.affected.covered.iter().any(|own| own == line));
        let page = LinePage {
            shell: self.shell(path, heading),
            issues: covering.map(|card| self.row_with_fix(card, line)).collect(),
            releases: rows,
        };
        visible(&page.render().unwrap_or_default())
    }

    /// Makes the row of an issue with the build that has the fix for `line`, in place of its lines.
    fn row_with_fix(&self, card: &Card, line: &str) -> IssueRow {
        let fix = match card.fix.lines.iter().find(|fix| fix.line == line) {
            Some(fix) => {
                let key = if fix.is_own() { "site-fixed-in" } else { "site-fixed-later" };
                self.catalog.text(key, &[("release", &fix.release())])
            }
            None => self.catalog.text("site-no-fixed-build", &[]),
        };
        let about = card.kinds.iter().cloned().chain([fix]).collect();
        IssueRow { about, ..self.row("../", card) }
    }

    fn guidance(&self, path: &str, guidance: &Guidance) -> String {
        let heading = guidance_title(&guidance.kinds, self.catalog);
        let text = ChosenText::new(self.catalog, &guidance.text, &guidance.advice_ja);
        let of_kind = self
            .cards
            .iter()
            .filter(|card| card.kinds.iter().any(|kind| guidance.kinds.contains(kind)));
        let page = GuidancePage {
            shell: self.shell(path, heading),
            html: text_html(&text.text),
            foreign: text.foreign,
            articles: guidance.articles.iter().map(article_link).collect(),
            issues: of_kind.map(|card| self.row("../", card)).collect(),
        };
        visible(&page.render().unwrap_or_default())
    }
}

fn index_entry(directory: &str, name: &str, count: usize) -> IndexEntry {
    let href = format!("{directory}/{}.html", file_name(name));
    IndexEntry { title: name.to_owned(), href, count }
}
