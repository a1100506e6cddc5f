//! The page of an issue, inside the site or alone.

use askama::Template;

use super::file_name;
use super::shell::{Link, Shell, Text, safe_address, text_html, visible};
use crate::kb::Article;
use crate::message::Catalog;
use crate::publish::card::{Card, CrashText};
use crate::publish::card_page::{component, fix_lines, status, strength_text};

#[derive(Template)]
#[template(path = "site/issue.html")]
struct IssuePage<'a> {
    shell: Shell,
    card: &'a Card,
    title: Text,
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

/// The card as one self-contained page.
pub(crate) fn issue_page(card: &Card, catalog: &Catalog) -> String {
    let catalog = Catalog::of(catalog.language());
    let title = Text::chosen(catalog, &card.title, &card.title_ja);
    render(card, Shell::alone(catalog, format!("{}: {}", card.id, title.text)), None)
}

/// The card as a page of the site; `modules` are those that have a page.
pub(super) fn issue_page_of_site(
    card: &Card,
    shell: Shell,
    modules: &dyn Fn(&str) -> bool,
) -> String {
    render(card, shell, Some(modules))
}

fn render(card: &Card, shell: Shell, modules: Option<&dyn Fn(&str) -> bool>) -> String {
    let catalog = shell.catalog;
    let label = |key: &str| catalog.text(key, &[]);
    let in_site = modules.is_some();
    let page = |room: &str, name: &str| Link {
        title: name.to_owned(),
        href: in_site.then(|| format!("../{room}/{}.html", file_name(name))),
    };
    let module = |name: &String| match modules.is_some_and(|known| known(name)) {
        true => page("modules", name),
        false => Link { title: name.clone(), href: None },
    };
    let links = vec![
        (label("label-modules"), card.modules.iter().map(module).collect()),
        (
            label("label-lines"),
            card.affected.covered.iter().map(|line| page("lines", line)).collect(),
        ),
    ];
    let related = card.related.iter().map(|other| {
        let title = Text::chosen(catalog, &other.title, &other.title_ja).text;
        let href = page("issues", &other.id).href;
        Link { title: format!("{}: {title}", other.id), href }
    });
    let page = IssuePage {
        title: Text::chosen(catalog, &card.title, &card.title_ja),
        facts: facts(card, catalog),
        links: links.into_iter().filter(|(_, links): &(_, Vec<Link>)| !links.is_empty()).collect(),
        articles: card.articles.iter().map(article_link).collect(),
        texts: texts(card, catalog),
        crashes: [
            ("heading-crash-texts", &card.crashes),
            ("heading-near-misses", &card.near_misses),
        ]
        .into_iter()
        .filter(|(_, crashes)| !crashes.is_empty())
        .map(|(heading, crashes)| crash_section(label(heading), crashes))
        .collect(),
        related: related.collect(),
        card,
        shell,
    };
    visible(&page.render().unwrap_or_default())
}

fn facts(card: &Card, catalog: &Catalog) -> Vec<(String, String)> {
    let label = |key: &str| catalog.text(key, &[]);
    let mut facts = vec![(label("label-status"), status(card, catalog))];
    if let Some(strength) = &card.strength {
        facts.push((label("label-strength"), strength_text(strength, catalog)));
    }
    facts.push((label("label-kind"), card.kinds.join(", ")));
    let bounds = card.affected.builds.iter().map(super::super::BuildRange::text);
    let parts = card.affected.components.iter().map(component);
    let affected = std::iter::once(card.affected.text.clone()).chain(bounds).chain(parts);
    facts.extend(affected.map(|text| (label("label-affected"), text)));
    facts.retain(|(_, value)| !value.is_empty());
    facts
}

/// An article with its numbers and, where it has one, its address.
pub(super) fn article_link(article: &Article) -> Link {
    let title = match &article.legacy_id {
        Some(legacy) if *legacy != article.id => format!("{} / {legacy}", article.id),
        _ => article.id.clone(),
    };
    let title = match article.language.as_str() {
        "en" => title,
        language => format!("{title} ({language})"),
    };
    Link { title, href: safe_address(&article.url) }
}

fn texts(card: &Card, catalog: &Catalog) -> Vec<TextSection> {
    let fixed = card.fix.components.iter().map(component);
    let rows: Vec<String> = fix_lines(card, catalog).into_iter().chain(fixed).collect();
    let sections = [
        ("heading-cause", Text::chosen(catalog, &card.cause, &card.cause_ja), Vec::new()),
        ("heading-fix", Text::chosen(catalog, &card.fix.text, &card.fix.text_ja), rows),
        (
            "heading-workaround",
            Text::chosen(catalog, &card.fix.workaround, &card.fix.workaround_ja),
            Vec::new(),
        ),
        ("heading-notes", Text::chosen(catalog, &card.notes, ""), Vec::new()),
    ];
    let section = |(heading, text, rows): (&str, Text, Vec<String>)| TextSection {
        heading: catalog.text(heading, &[]),
        html: text_html(&text.text),
        foreign: text.foreign,
        rows,
    };
    sections.into_iter().filter(|(_, text, _)| !text.text.is_empty()).map(section).collect()
}

fn crash_section(heading: String, crashes: &[CrashText]) -> CrashSection {
    let items = crashes.iter().map(|crash| CrashItem {
        text: crash.path.clone(),
        title: crash.source.clone(),
        href: safe_address(&crash.source),
    });
    CrashSection { heading, items: items.collect() }
}
