//! The explanation of a screen as one HTML page.

use askama::Template;
use sha2::{Digest, Sha256};

use super::super::pages::explanation::heading;
use super::super::views::Explanation;
use super::super::words::place;
use super::overlay::Overlay;
use crate::kb::Article;
use crate::message::Catalog;
use crate::text::{escape_terminal, web_address};

/// What stands before and after the explanations on a page.
#[derive(Template)]
#[template(path = "page.html")]
struct HtmlPage {
    language: &'static str,
    title: String,
    about: String,
}

#[derive(Template)]
#[template(path = "explanation.html")]
struct HtmlExplanation<'a> {
    title: String,
    place: String,
    /// Begins the anchors of this explanation: a page holds several.
    anchor: String,
    lines: Vec<(&'static str, String)>,
    overlay: String,
    pictures: Vec<Overlay>,
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

/// The start and the end of a self-contained page, around the explanations of its crashes.
pub fn html_page(catalog: &Catalog) -> (String, String) {
    const PLACE: &str = "<main></main>";
    let page = HtmlPage {
        language: catalog.language().tag(),
        title: catalog.text("explain-title", &[]),
        about: catalog.text("explain-about-screen", &[]),
    };
    // Writing into a string fails only when the template is wrong, which the compiler rules out.
    let page = page.render().unwrap_or_default();
    let (start, end) = page.split_once(PLACE).unwrap_or((&page, ""));
    (format!("{start}<main>\n"), format!("</main>{end}\n"))
}

/// The explanation of one crash, a part of a page: the screen itself, and its parts below.
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
    let page = HtmlExplanation {
        title: catalog.text("explain-title", &[]),
        anchor: anchor(&place),
        place: visible(&place),
        lines: lines.collect(),
        overlay: catalog.text("picture-overlay", &[]),
        pictures: explanation.pictures.iter().map(|shown| Overlay::new(shown, catalog)).collect(),
        sections: sections.collect(),
    };
    // Writing into a string fails only when the template is wrong, which the compiler rules out.
    page.render().unwrap_or_default()
}

/// A name that no other place has.
fn anchor(place: &str) -> String {
    let digest = Sha256::digest(place.as_bytes());
    digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

/// The text with its control characters made visible.
fn visible(text: &str) -> String {
    escape_terminal(text).into_owned()
}
