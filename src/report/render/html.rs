//! The explanation of a screen as one HTML page.

use askama::Template;

use super::super::pages::explanation::heading;
use super::super::pages::screen::place;
use super::super::views::Explanation;
use crate::kb::Article;
use crate::message::Catalog;
use crate::text::{escape_terminal, web_address};

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
    articles: Vec<HtmlArticle<'a>>,
}

/// The numbers of an article, and its address where that is one of the web.
struct HtmlArticle<'a> {
    numbers: String,
    address: Option<&'a str>,
}

impl<'a> HtmlArticle<'a> {
    fn new(article: &'a Article) -> Self {
        Self { numbers: visible(&article.numbers()), address: web_address(&article.url) }
    }
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
        articles: section.articles.iter().map(HtmlArticle::new).collect(),
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
