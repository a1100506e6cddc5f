//! The explanation of a screen as one HTML page.

use askama::Template;

use super::super::pages::explanation::heading;
use super::super::pages::screen::place;
use super::super::views::Explanation;
use crate::kb::Article;
use crate::message::Catalog;
use crate::text::escape_terminal;

#[derive(Template)]
#[template(path = "explain.html")]
struct HtmlPage<'a> {
    language: &'static str,
    title: String,
    place: String,
    about: String,
    lines: Vec<(&'static str, String)>,
    sections: Vec<HtmlSection<'a>>,
}

struct HtmlSection<'a> {
    class: &'static str,
    heading: String,
    says: Vec<String>,
    articles: &'a [Article],
}

/// The explanation as one self-contained page: the screen itself, and its parts below.
pub(in crate::report) fn render_explanation(
    catalog: &Catalog,
    explanation: &Explanation,
) -> String {
    let place = place(catalog, &explanation.source);
    let lines = explanation.screen.iter().map(|line| (line.part.as_str(), visible(&line.text)));
    let sections = explanation.sections.iter().map(|section| HtmlSection {
        class: section.part.as_str(),
        heading: catalog.text(&heading(section.part), &[]),
        says: section.says.iter().map(|text| visible(text)).collect(),
        articles: &section.articles,
    });
    let page = HtmlPage {
        language: catalog.language().tag(),
        title: catalog.text("explain-title", &[]),
        place: visible(&place),
        about: catalog.text("explain-about-screen", &[]),
        lines: lines.collect(),
        sections: sections.collect(),
    };
    // Writing into a string fails only when the template is wrong, which the compiler rules out.
    page.render().unwrap_or_default()
}

/// The text with its control characters made visible.
fn visible(text: &str) -> String {
    escape_terminal(text).into_owned()
}
