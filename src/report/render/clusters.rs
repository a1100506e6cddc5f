//! Clusters as one HTML page, with a picture of weeks by builds.

use askama::Template;

use super::super::pages::clusters::{basis_text, chain_text, nearest_text, reopened_texts};
use super::super::views::{ClusterReport, ClustersReport, day};
use crate::message::Catalog;
use crate::text::escape_terminal;

/// Width and height of a cell of the picture, and where the first one is.
const CELL: [usize; 2] = [36, 24];
const ORIGIN: [usize; 2] = [110, 84];
/// Colours of clusters; those after the last one share it.
const COLOURS: &[&str] =
    &["#680068", "#c9541c", "#1f6f8b", "#4c7a1f", "#a8326e", "#7a5c00", "#3f4fa0", "#8a8696"];

#[derive(Template)]
#[template(path = "clusters.html")]
struct HtmlClusters {
    language: &'static str,
    title: String,
    summary: String,
    picture: Option<HtmlPicture>,
    header: Vec<String>,
    rows: Vec<HtmlRow>,
}

struct HtmlRow {
    colour: &'static str,
    cells: Vec<String>,
    says: Vec<String>,
    places: Vec<String>,
}

struct HtmlPicture {
    title: String,
    note: String,
    width: usize,
    height: usize,
    weeks: Vec<HtmlLabel>,
    builds: Vec<HtmlLabel>,
    bars: Vec<HtmlBar>,
}

/// A word at a place of the picture.
struct HtmlLabel {
    x: usize,
    y: usize,
    text: String,
}

/// The crashes of a cluster in a week, on a build.
struct HtmlBar {
    x: usize,
    y: usize,
    width: usize,
    height: usize,
    colour: &'static str,
    says: String,
}

/// The page of all clusters.
pub(in crate::report) fn render_clusters(catalog: &Catalog, report: &ClustersReport) -> String {
    let page = HtmlClusters {
        language: catalog.language().tag(),
        title: catalog.text("cluster-page-title", &[]),
        summary: report.summary(catalog),
        picture: picture(catalog, report),
        header: ClustersReport::header(catalog),
        rows: report
            .rows(catalog)
            .into_iter()
            .zip(&report.clusters)
            .map(|(cells, cluster)| row(catalog, cells, cluster))
            .collect(),
    };
    // Writing into a string fails only when the template is wrong, which the compiler rules out.
    page.render().unwrap_or_default()
}

fn colour(cluster: usize) -> &'static str {
    COLOURS.get(cluster).or(COLOURS.last()).copied().unwrap_or_default()
}

fn row(catalog: &Catalog, cells: Vec<String>, cluster: &ClusterReport) -> HtmlRow {
    let says = [
        basis_text(cluster, catalog),
        chain_text(cluster, catalog),
        nearest_text(cluster, catalog),
    ];
    let name = cluster.id.as_deref().unwrap_or_default();
    let reopened = reopened_texts(name, &cluster.reopened, catalog);
    HtmlRow {
        colour: colour(cluster.number - 1),
        cells: cells.iter().map(|cell| visible(cell)).collect(),
        says: reopened
            .chain(says)
            .filter(|text| !text.is_empty())
            .map(|text| visible(&text))
            .collect(),
        places: cluster.crashes.iter().map(|place| visible(place)).collect(),
    }
}

/// The picture; `None` when no crash prints a date.
fn picture(catalog: &Catalog, report: &ClustersReport) -> Option<HtmlPicture> {
    let weeks = &report.weeks.weeks;
    if weeks.counts.is_empty() {
        return None;
    }
    let most = weeks.weeks.iter().enumerate().flat_map(|(week, _)| {
        (0..weeks.builds.len()).map(move |build| crashes_in(report, week, build))
    });
    let most = most.max().unwrap_or(1).max(1);
    let (mut bars, mut before) = (Vec::new(), [0, 0, 0]);
    for count in &weeks.counts {
        let [x, y] = corner(count.week, count.build);
        // Clusters of one cell stand side by side.
        let start = if before[..2] == [x, y] { before[2] } else { 0 };
        let width = ((CELL[0] - 4) * count.crashes / most).max(2);
        before = [x, y, start + width];
        let says = [count.cluster + 1, count.crashes].map(|number| number.to_string());
        let week = day(weeks.weeks[count.week]);
        let build = build_word(weeks.builds[count.build], catalog);
        let values =
            [("week", &*week), ("build", &*build), ("number", &*says[0]), ("crashes", &*says[1])];
        bars.push(HtmlBar {
            x: x + start,
            y: y + 3,
            width,
            height: CELL[1] - 6,
            colour: colour(count.cluster),
            says: catalog.text("cluster-bar", &values),
        });
    }
    let dates = weeks.weeks.iter().enumerate();
    let builds = weeks.builds.iter().enumerate();
    let [width, height] = corner(weeks.weeks.len(), weeks.builds.len());
    let numbers = [report.weeks.undated, report.weeks.earlier].map(|number| number.to_string());
    let values = [("undated", &*numbers[0]), ("earlier", &*numbers[1])];
    Some(HtmlPicture {
        title: catalog.text("cluster-picture", &[]),
        note: catalog.text("cluster-picture-note", &values),
        width: width + CELL[0],
        height: height + 8,
        weeks: dates
            .map(|(week, monday)| HtmlLabel {
                x: corner(week, 0)[0] + CELL[0] / 2,
                y: ORIGIN[1] - 8,
                text: day(*monday),
            })
            .collect(),
        builds: builds
            .map(|(place_of, build)| HtmlLabel {
                x: ORIGIN[0] - 8,
                y: corner(0, place_of)[1] + 16,
                text: build_word(*build, catalog),
            })
            .collect(),
        bars,
    })
}

/// Where the cell of a week and a build begins.
fn corner(week: usize, build: usize) -> [usize; 2] {
    [ORIGIN[0] + CELL[0] * week, ORIGIN[1] + CELL[1] * build]
}

fn crashes_in(report: &ClustersReport, week: usize, build: usize) -> usize {
    let counts = report.weeks.weeks.counts.iter();
    let own = counts.filter(|count| [count.week, count.build] == [week, build]);
    own.map(|count| count.crashes).sum()
}

fn build_word(build: Option<u32>, catalog: &Catalog) -> String {
    build.map_or_else(|| catalog.text("cluster-no-build", &[]), |build| build.to_string())
}

/// The text with its control characters made visible.
fn visible(text: &str) -> String {
    escape_terminal(text).into_owned()
}
