//! Every rule of "has the fix", with builds of lines that interleave.

use super::*;
use crate::crash::Release;
use crate::kb::{Affected, AffectedBuilds, Fix, FixBuild};

/// 7.0 Update 3, withdrawn. Its number lies above 7.0 Update 2d (18538813) and below
/// 7.0 Update 2e (19290878) and 7.0 Update 1e (19324898), which came later into older lines.
const UPDATE_3: (&str, u32) = ("7.0.3", 18_644_231);
/// 8.0 Update 2b of 2024-02-29. 8.0 Update 1d (23299997) has a lower number and a later date.
const UPDATE_2B: (&str, u32) = ("8.0.2", 23_305_546);
const HOT_PATCH: (&str, u32) = ("8.0.2", 23_465_881);

fn releases() -> Releases {
    Releases::parse("releases.csv", include_str!("../../../kb/releases.csv")).expect("a table")
}

fn issue(lines: &[&str], fixes: &[(&str, &str)]) -> Issue {
    let builds = lines.iter().map(|line| AffectedBuilds {
        line: (*line).to_owned(),
        first: None,
        last: None,
    });
    let fixes = fixes.iter().map(|(line, name)| FixBuild {
        line: (*line).to_owned(),
        build: None,
        name: (*name).to_owned(),
    });
    Issue {
        id: "KB1".into(),
        affected: Affected { builds: builds.collect(), ..Affected::default() },
        fix: Fix { builds: fixes.collect(), ..Fix::default() },
        ..Issue::default()
    }
}

fn driver_issue(lines: &[&str], version: &str) -> Issue {
    let mut issue = issue(lines, &[]);
    issue.fix.components = vec![component(version)];
    issue
}

fn component(version: &str) -> Component {
    Component { kind: "driver".into(), name: "i40en".into(), version: version.into() }
}

fn host((version, build): (&str, u32)) -> HostRelease {
    let release = Release {
        version: Some(version.to_owned()).filter(|version| !version.is_empty()),
        build: Some(build).filter(|build| *build > 0),
        ..Release::default()
    };
    HostRelease::new(Some(&release), &releases())
}

fn answer(issue: &Issue, release: (&str, u32), driver: &str) -> Applicability {
    let version = Some(driver.to_owned()).filter(|version| !version.is_empty());
    let drivers = [Driver { name: "i40en".into(), version }];
    applicability(issue, &host(release), &drivers, &releases())
}

#[track_caller]
fn check(issue: &Issue, release: (&str, u32), expected: Basis) -> Applicability {
    check_driver(issue, release, "", expected)
}

#[track_caller]
fn check_driver(
    issue: &Issue,
    release: (&str, u32),
    driver: &str,
    expected: Basis,
) -> Applicability {
    let found = answer(issue, release, driver);
    assert_eq!(found.basis, expected, "{release:?}: {:?}", found.reason);
    found
}

#[track_caller]
fn check_releases(found: &Applicability, own_line: Option<u32>, first: Option<u32>) {
    let builds = [&found.own_line, &found.first].map(|release| release.as_ref()?.build);
    assert_eq!(builds, [own_line, first]);
}

#[test]
fn every_basis_has_one_row() {
    let mut bases: Vec<String> = BASES.iter().map(|(basis, ..)| format!("{basis:?}")).collect();
    bases.sort();
    bases.dedup();
    assert_eq!(bases.len(), BASES.len());
    assert_eq!(BASES.last().map(|(basis, ..)| *basis as usize), Some(BASES.len() - 1));
}

#[test]
fn builds_are_compared_inside_an_update_line_only() {
    let two = issue(&["7.0.3", "8.0.0"], &[("7.0.3", "7.0 Update 3l"), ("8.0.0", "8.0b")]);
    let found = check(&two, ("7.0.3", 20_842_708), Basis::BeforeFix);
    check_releases(&found, Some(21_424_296), Some(21_203_435));
    check(&two, ("7.0.3", 21_424_296), Basis::AtFix);
    check(&two, ("8.0.0", 20_513_097), Basis::BeforeFix);
    check(&two, ("8.0.0", 21_493_926), Basis::AtFix);
}

#[test]
fn a_lower_number_in_another_line_is_no_older_build() {
    // 19290878 is above 18644231 and of another line; it came on 2022-02-15, after 7.0.3 began.
    let in_2e = [("7.0.2", "7.0 Update 2e")];
    check(&issue(&["7.0"], &in_2e), UPDATE_3, Basis::FixElsewhere);
    check(&issue(&["7.0.2"], &in_2e), UPDATE_3, Basis::OtherLines);
    check(&issue(&["7.0"], &[("7.0.1", "7.0 Update 1e")]), UPDATE_3, Basis::FixElsewhere);
    // Update 2d came on 2021-09-14, before 7.0.3 began on 2021-10-05.
    check(&issue(&["7.0"], &[("7.0.2", "7.0 Update 2d")]), UPDATE_3, Basis::Inferred);
}

#[test]
fn a_higher_number_in_another_line_is_no_later_build() {
    // 23305546 is above the fix 23299997 of 8.0.1, and was released before it.
    let fixed_in_1d = [("8.0.1", "8.0 Update 1d")];
    let found = check(&issue(&["8.0"], &fixed_in_1d), UPDATE_2B, Basis::FixElsewhere);
    check_releases(&found, None, Some(23_299_997));
    check(&issue(&["8.0.1"], &fixed_in_1d), UPDATE_2B, Basis::OtherLines);
    // 8.0.2 began on 2023-09-21, after Update 1c of 2023-07-27.
    let found = check(&issue(&["8.0"], &[("8.0.1", "8.0 Update 1c")]), UPDATE_2B, Basis::Inferred);
    check_releases(&found, Some(22_380_479), Some(22_088_125));
    assert!(found.own_line.is_some_and(|release| release.inferred));
    // 7.0 Update 3o came a week after the line 8.0.2 began.
    check(&issue(&["7.0"], &[("7.0.3", "7.0 Update 3o")]), UPDATE_2B, Basis::OtherLines);
}

#[test]
fn a_line_released_after_the_fix_has_it_and_an_older_one_may_not() {
    let later = issue(&["7.0.3", "8.0.0"], &[("8.0.0", "8.0b")]);
    check(&later, ("8.0.3", 24_022_510), Basis::Inferred);
    let found = check(&later, ("7.0.3", 20_842_708), Basis::FixElsewhere);
    assert_eq!(found.applies, Applies::Affected);
    check_releases(&found, None, Some(21_203_435));
    let found = check(&later, ("6.7.0", 17_700_523), Basis::OtherLines);
    assert_eq!(found.applies, Applies::Unknown);
}

#[test]
fn the_first_release_with_a_fix_is_that_of_the_earliest_date() {
    // 8.0 Update 2b has the higher number and the earlier date.
    let both = issue(&["8"], &[("8.0.1", "8.0 Update 1d"), ("8.0.2", "8.0 Update 2b")]);
    let found = check(&both, ("8.0.1", 22_088_125), Basis::BeforeFix);
    check_releases(&found, Some(23_299_997), Some(23_305_546));
    // Same day: the lower build.
    let day = issue(&["7"], &[("7.0.1", "7.0 Update 1e"), ("7.0.2", "7.0 Update 2e")]);
    check_releases(&check(&day, UPDATE_3, Basis::FixElsewhere), None, Some(19_290_878));
    // What has no date comes last.
    let fixes = [("8.0.2", "8.0 Update 2b Hot Patch 1"), ("8.0.3", "8.0 Update 3")];
    let found = check(&issue(&["8"], &fixes), UPDATE_2B, Basis::BeforeFix);
    check_releases(&found, Some(23_465_881), Some(24_022_510));
}

#[test]
fn a_host_with_the_fix_is_told_to_look_for_another_cause() {
    let fixed = issue(&["8.0"], &[("8.0.2", "8.0 Update 2b")]);
    let found = check(&fixed, UPDATE_2B, Basis::AtFix);
    assert_eq!(found.notes, [Sentence::new("note-has-fix", &[])]);
    assert_eq!(check(&fixed, ("8.0.2", 22_380_479), Basis::BeforeFix).notes, []);
}

#[test]
fn builds_beside_the_order_decide_nothing_by_their_number() {
    let fixed = issue(&["8.0"], &[("8.0.2", "8.0 Update 2b")]);
    let found = check(&fixed, HOT_PATCH, Basis::OffBranch);
    assert_eq!(found.notes, [Sentence::new("release-hot-patch", &[])]);
    let in_hot_patch = issue(&["8.0"], &[("8.0.2", "8.0 Update 2b Hot Patch 1")]);
    check(&in_hot_patch, HOT_PATCH, Basis::AtFix);
    check(&in_hot_patch, ("8.0.2", 23_825_572), Basis::FixOffBranch);
    check(&in_hot_patch, UPDATE_2B, Basis::BeforeFix);
    // A later patch for hosts on 6.0 Update 1 has not what Update 3 has.
    let side =
        check(&issue(&["6.0"], &[("6.0", "6.0 Update 3")]), ("6.0.0", 5_251_621), Basis::OffBranch);
    assert_eq!(side.notes, [Sentence::new("release-side", &[])]);
    let withdrawn = check(&issue(&["7.0.3"], &[]), UPDATE_3, Basis::Covered);
    assert_eq!(withdrawn.notes, [Sentence::new("release-withdrawn", &[])]);
}

#[test]
fn an_unlisted_build_is_placed_between_its_neighbours() {
    let fixed = issue(&["7.0.3"], &[("7.0.3", "7.0 Update 3k")]);
    let found = check(&fixed, ("7.0.3", 21_000_000), Basis::BeforeFix);
    let text = found.notes[0].in_language(crate::message::Catalog::english());
    let place = "between 7.0 Update 3i (20842708) and 7.0 Update 3j (21053776)";
    assert!(text.contains(place) && text.contains("not in the list"), "{text}");
    let found = check(&fixed, ("7.0.3", 21_400_000), Basis::AtFix);
    assert_eq!(found.notes.len(), 2);
    let newer = check(&fixed, ("7.0.3", 90_000_000), Basis::AtFix);
    let text = newer.notes[1].in_language(crate::message::Catalog::english());
    assert!(text.contains("later than 7.0 Update 3w (24784741)"), "{text}");
}

#[test]
fn a_build_without_a_line_is_placed_among_all() {
    let fixed = issue(&["3.5", "8"], &[("8.0.2", "8.0 Update 2b")]);
    let found = check(&fixed, ("", 23_400_000), Basis::NoLine);
    let text = found.notes[0].in_language(crate::message::Catalog::english());
    assert!(text.contains("interleave (7.0.3, 8.0.0, 8.0.2)"), "{text}");
    // Only one line has builds on both sides of it.
    assert!(host(("", 98_103)).is_line_guessed());
    check(&issue(&["3.5"], &[]), ("", 98_103), Basis::Covered);
}

#[test]
fn bounds_decide_inside_the_line_that_they_name() {
    let mut bounded = issue(&["7.0.3"], &[]);
    bounded.affected.builds[0].last = Some(18_644_231);
    check(&bounded, ("7.0.3", 20_842_708), Basis::OutsideBounds);
    check(&bounded, UPDATE_3, Basis::InsideBounds);
    check(&bounded, ("7.0.3", 0), Basis::NoBuild);
    // A row for the whole version does not take away the bounds of one line.
    bounded.affected.builds.insert(0, AffectedBuilds { line: "7".into(), first: None, last: None });
    check(&bounded, ("7.0.3", 20_842_708), Basis::OutsideBounds);
    check(&bounded, ("7.0.2", 17_630_552), Basis::Covered);
    let mut hot = issue(&["8.0.2"], &[]);
    hot.affected.builds[0].last = Some(23_305_546);
    check(&hot, HOT_PATCH, Basis::OffBranch);
}

#[test]
fn a_printed_driver_version_decides_where_the_fix_is_a_driver() {
    let driver = driver_issue(&["7"], "2.4.1.0");
    check_driver(&driver, ("7.0.3", 20_842_708), "", Basis::Component);
    check_driver(
        &driver,
        ("7.0.3", 20_842_708),
        "2.4.1.0-1OEM.700.1.0.15843807",
        Basis::DriverFixed,
    );
    check_driver(&driver, ("7.0.3", 20_842_708), "1.8.1.137-1vmw.670.0.0", Basis::DriverOlder);
    check_driver(&driver, ("7.0.3", 20_842_708), "2.#.1.0", Basis::Component);
    check_driver(&driver, ("8.0.2", 23_305_546), "1.8.1.137", Basis::OtherLines);
    check_driver(&driver, ("", 0), "2.5", Basis::DriverFixed);
    // A build with the fix counts whatever the driver.
    let mut both = driver_issue(&["7"], "2.4.1.0");
    both.fix.builds = issue(&[], &[("8.0.0", "8.0 GA")]).fix.builds;
    check_driver(&both, ("8.0.2", 23_305_546), "1.8.1.137", Basis::Inferred);
    check_driver(&both, ("7.0.3", 20_842_708), "1.8.1.137", Basis::DriverOlder);
}

#[test]
fn an_article_about_one_driver_version_is_not_about_others() {
    let mut affected = issue(&["9.0.1"], &[]);
    affected.affected.components = vec![component("900.14.4.390.20")];
    let release = ("9.0.1", 24_957_456);
    check_driver(&affected, release, "900.14.4.390.20-1vmw", Basis::Covered);
    check_driver(&affected, release, "900.15.0.0", Basis::DriverOther);
    affected.affected.components = vec![component("all before 2026")];
    check_driver(&affected, release, "900.15.0.0", Basis::Covered);
}

#[test]
fn without_a_release_or_a_build_nothing_is_known() {
    check(&issue(&["7"], &[]), ("", 0), Basis::NoRelease);
    check(&issue(&["7.0.3"], &[("7.0.3", "7.0 Update 3l")]), ("7.0.3", 0), Basis::NoBuild);
    check(&issue(&[], &[]), UPDATE_3, Basis::NoLines);
}
