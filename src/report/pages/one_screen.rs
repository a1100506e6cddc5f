//! The short answer on one screen: what it leaves to `-v`, and in which order, until it has no more than
//! 24 rows of 80 columns. It is measured as text in the language of the answer, and has the same parts in
//! every format and on every terminal.

use strum::IntoStaticStr;

use super::super::Detail;
use super::super::block::Block;
use super::super::render::text::{DEFAULT_WIDTH, rows};
use crate::message::Catalog;

/// Rows of the smallest terminal that is still in use.
const ROWS: usize = 24;

/// A part of the short answer that may stand in the long one alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub(super) enum AnswerPart {
    /// The cause of a known issue.
    Cause,
    /// How many issues of this kind are known, and their shares.
    Shares,
    /// Where general advice is.
    Advice,
    /// The articles of which no more is known than a name.
    Leads,
    /// Issues behind the first one.
    OtherIssues,
    /// Machine checks behind the first one.
    OtherMachineChecks,
    /// What is to be known about an issue, behind its first sentence.
    WholeCaveat,
    /// The function at the top of the backtrace.
    TopFrame,
    /// The steps behind the second one.
    LastSteps,
    /// What speaks for an issue.
    Reasons,
    /// The addresses of issues that are answered together.
    Articles,
    /// The release and the message of the crash: who asks has the screen.
    Screen,
}

/// In the order in which they give way: what decides, and what to do, last.
const GIVE_WAY: &[AnswerPart] = &[
    AnswerPart::Cause,
    AnswerPart::Shares,
    AnswerPart::Advice,
    AnswerPart::Leads,
    AnswerPart::OtherIssues,
    AnswerPart::OtherMachineChecks,
    AnswerPart::WholeCaveat,
    AnswerPart::TopFrame,
    AnswerPart::LastSteps,
    AnswerPart::Reasons,
    AnswerPart::Articles,
    AnswerPart::Screen,
];

/// How much of the answer is shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    pub(super) detail: Detail,
    /// A bit for each part that has given way.
    left_out: u16,
}

impl Room {
    /// True where this part is shown.
    pub(super) fn has(self, part: AnswerPart) -> bool {
        self.left_out & bit(part) == 0
    }

    pub(super) fn is_short(self) -> bool {
        self.detail == Detail::Short
    }

    fn without(self, part: AnswerPart) -> Self {
        Self { left_out: self.left_out | bit(part), ..self }
    }

    fn with(self, part: AnswerPart) -> Self {
        Self { left_out: self.left_out & !bit(part), ..self }
    }
}

fn bit(part: AnswerPart) -> u16 {
    1 << part as u16
}

/// The page that `made` makes, with as many of its parts as one screen holds; all of them for who asks for
/// details.
pub(super) fn on_one_screen(
    catalog: &Catalog,
    detail: Detail,
    made: &dyn Fn(Room) -> Vec<Block>,
) -> Vec<Block> {
    let mut room = Room { detail, left_out: 0 };
    let mut page = made(room);
    if detail != Detail::Short || fits(&page, catalog) {
        return page;
    }
    // A part that the page does not have cannot give way.
    let mut gone: Vec<AnswerPart> = Vec::new();
    for part in GIVE_WAY {
        let shorter = made(room.without(*part));
        if shorter != page {
            (page, room) = (shorter, room.without(*part));
            gone.push(*part);
            if fits(&with_rest(&page, catalog, &gone), catalog) {
                break;
            }
        }
    }
    // What gave way last may have left room for what went before it.
    for part in gone.clone().into_iter().rev() {
        let fewer: Vec<AnswerPart> = gone.iter().copied().filter(|one| *one != part).collect();
        let longer = made(room.with(part));
        if fits(&with_rest(&longer, catalog, &fewer), catalog) {
            (page, room, gone) = (longer, room.with(part), fewer);
        }
    }
    with_rest(&page, catalog, &gone)
}

fn fits(page: &[Block], catalog: &Catalog) -> bool {
    rows(page, catalog, DEFAULT_WIDTH) <= ROWS
}

/// The page, and what `-v` shows besides.
fn with_rest(page: &[Block], catalog: &Catalog, gone: &[AnswerPart]) -> Vec<Block> {
    let mut page = page.to_vec();
    page.push(rest(catalog, gone));
    page
}

/// What `-v` shows besides.
fn rest(catalog: &Catalog, gone: &[AnswerPart]) -> Block {
    let parts = gone.iter().map(|part| catalog.text(&format!("rest-{}", <&str>::from(part)), &[]));
    let parts = parts.collect::<Vec<_>>().join(&catalog.text("rest-between", &[]));
    Block::Paragraph(catalog.text("rest", &[("parts", &parts)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page of so many rows, of which a part has some.
    fn page(room: Room, rows: usize, parts: &[(AnswerPart, usize)]) -> Vec<Block> {
        let parts = parts.iter().filter(|(part, _)| room.has(*part)).map(|(_, rows)| rows);
        let rows = 0..rows + parts.sum::<usize>();
        rows.map(|_| Block::Item("a row".to_owned())).collect()
    }

    #[test]
    fn parts_give_way_in_their_order_until_the_page_fits() {
        #[track_caller]
        fn check(
            always: usize,
            parts: &[(AnswerPart, usize)],
            expected: usize,
            rest: Option<&str>,
        ) {
            let catalog = Catalog::english();
            let shown = on_one_screen(catalog, Detail::Short, &|room| page(room, always, parts));
            let last = match shown.last() {
                Some(Block::Paragraph(last)) => Some(last.as_str()),
                _ => None,
            };
            assert_eq!((shown.len(), last), (expected, rest), "{always}");
            let whole = on_one_screen(catalog, Detail::Full, &|room| page(room, always, parts));
            assert_eq!(whole.len(), always + parts.iter().map(|(_, rows)| rows).sum::<usize>());
        }
        let parts = [(AnswerPart::Reasons, 3), (AnswerPart::Leads, 4), (AnswerPart::Shares, 2)];
        check(15, &parts, 24, None);
        check(16, &parts, 24, Some("psod-match -v shows also: shares of the causes."));
        // The shares have room again, once the leads are gone.
        check(17, &parts, 23, Some("psod-match -v shows also: leads."));
        check(20, &parts, 24, Some("psod-match -v shows also: shares of the causes, leads."));
        check(21, &parts, 24, Some("psod-match -v shows also: leads, why."));
    }
}
