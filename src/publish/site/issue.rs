//! The page of an issue, inside the site or alone.

use std::collections::BTreeSet;

use askama::Template;

use super::files::file_name;
use super::shell::{ChosenText, Link, Shell, safe_address, text_html, visible};
use crate::kb::Article;
use crate::message::Catalog;
use crate::publish::card::{Card, CrashText};
use crate::publish::card_text::{self, FIX, crash_lists, facts, fix_rows};

#[derive(Template)]
#[template(path = "site/issue.html")]
struct IssuePage<'a> {
    shell: Shell,
    card: &'a Card,
    title: ChosenText,
    facts: Vec<(String, String)>,
    links: Vec<(String, Vec<Link>)>,
    articles: Vec<Link>,
    texts: Vec<TextSection>,
    crashes: Vec<CrashSection>,
    related: Vec<Link>,
}

struct TextSection {
    heading: String,
    html: String,
    foreign: bool,
    rows: Vec<String>,
}

struct CrashSection {
    heading: String,
    items: Vec<CrashItem>,
}

struct CrashItem {
    text: String,
    title: String,
    href: Option<String>,
}

/// Makes one self-contained page of the card.
pub(crate) fn issue_page(card: &Card, catalog: &Catalog) -> String {
    let catalog = Catalog::of(catalog.language());
    let title = ChosenText::new(catalog, &card.title, &card.title_ja);
    render(card, Shell::alone(catalog, format!("{}: {}", card.id, title.text)), None)
}

/// Makes a page of the site of the card; `modules` are those that have a page.
pub(super) fn issue_page_of_site(card: &Card, shell: Shell, modules: &BTreeSet<String>) -> String {
    render(card, shell, Some(modules))
}

/// Renders a page: with links to other pages when `modules` are known, else alone.
fn render(card: &Card, shell: Shell, modules: Option<&BTreeSet<String>>) -> String {
    let catalog = shell.catalog;
    let facts = facts(card, [&[], &[]], catalog).into_iter();
    let page = IssuePage {
        title: ChosenText::new(catalog, &card.title, &card.title_ja),
        facts: facts.map(|(label, value)| (catalog.text(label, &[]), value)).collect(),
        links: links(card, modules, catalog),
        articles: card.articles.iter().map(article_link).collect(),
        texts: texts(card, catalog),
        crashes: crash_sections(card, catalog),
        related: related(card, modules.is_some(), catalog),
        card,
        shell,
    };
    visible(&page.render().unwrap_or_default())
}

/// Lists the modules and update lines, each with a link to its page where it has one.
fn links(
    card: &Card,
    modules: Option<&BTreeSet<String>>,
    catalog: &Catalog,
) -> Vec<(String, Vec<Link>)> {
    let in_site = modules.is_some();
    let lines = card.affected.covered.iter().map(|line| page_link("lines", line, in_site));
    let modules = card.modules.iter().map(|name| {
        let has_page = modules.is_some_and(|known| known.contains(name));
        page_link("modules", name, has_page)
    });
    let mut links = vec![
        (catalog.text("label-modules", &[]), modules.collect::<Vec<Link>>()),
        (catalog.text("label-lines", &[]), lines.collect()),
    ];
    links.retain(|(_, links)| !links.is_empty());
    links
}

fn page_link(directory: &str, name: &str, has_page: bool) -> Link {
    let href = has_page.then(|| format!("../{directory}/{}.html", file_name(name)));
    Link { title: name.to_owned(), href }
}

fn related(card: &Card, in_site: bool, catalog: &Catalog) -> Vec<Link> {
    let links = card.related.iter().map(|other| {
        let title = ChosenText::new(catalog, &other.title, &other.title_ja).text;
        let href = page_link("issues", &other.id, in_site).href;
        Link { title: format!("{}: {title}", other.id), href }
    });
    links.collect()
}

/// Makes the link of an article: its numbers and, where it has one, its address.
pub(super) fn article_link(article: &Article) -> Link {
    let title = match article.language.as_str() {
        "en" => article.numbers(),
        language => format!("{} ({language})", article.numbers()),
    };
    Link { title, href: safe_address(&article.url) }
}

fn texts(card: &Card, catalog: &Catalog) -> Vec<TextSection> {
    let texts = card_text::texts(card, catalog).map(|(heading, text)| {
        let rows = if heading == FIX { fix_rows(card, catalog) } else { Vec::new() };
        let heading = catalog.text(heading, &[]);
        TextSection { heading, html: text_html(&text.text), foreign: text.foreign, rows }
    });
    texts.collect()
}

fn crash_sections(card: &Card, catalog: &Catalog) -> Vec<CrashSection> {
    let sections = crash_lists(card).map(|(heading, crashes)| CrashSection {
        heading: catalog.text(heading, &[]),
        items: crashes.iter().map(crash_item).collect(),
    });
    sections.collect()
}

fn crash_item(crash: &CrashText) -> CrashItem {
    CrashItem {
        text: crash.path.clone(),
        title: crash.source.clone(),
        href: safe_address(&crash.source),
    }
}
