//! When crashes happened, and on which builds: a count for each week.

use std::collections::{BTreeMap, BTreeSet};

use time::{Date, Duration};

/// Most weeks that are shown; the last ones.
pub const MAX_WEEKS: usize = 104;

/// The crashes of each week, by build and cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Weeks {
    /// The Mondays of the weeks that have a crash, in order.
    pub weeks: Vec<Date>,
    /// The builds, in order; `None` for crashes that print none, at the end.
    pub builds: Vec<Option<u32>>,
    /// The counts, by week, build and cluster.
    pub counts: Vec<WeekCount>,
    /// Crashes that print no date.
    pub undated: usize,
    /// Crashes of weeks that are too many to show.
    pub earlier: usize,
}

/// The crashes of one cluster on one build in one week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeekCount {
    /// Place of the week.
    pub week: usize,
    /// Place of the build.
    pub build: usize,
    /// Place of the cluster.
    pub cluster: usize,
    /// Number of crashes.
    pub crashes: usize,
}

/// One crash, as it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dated {
    pub(super) day: Option<Date>,
    pub(super) build: Option<u32>,
    pub(super) cluster: usize,
}

impl Dated {
    /// The Monday of its week.
    fn monday(&self) -> Option<Date> {
        self.day.and_then(monday_of)
    }
}

impl Weeks {
    /// Counts crashes.
    pub(super) fn new(crashes: &[Dated]) -> Self {
        let all: BTreeSet<Date> = crashes.iter().filter_map(Dated::monday).collect();
        let weeks: Vec<Date> =
            all.iter().skip(all.len().saturating_sub(MAX_WEEKS)).copied().collect();
        let (mut undated, mut earlier) = (0, 0);
        let mut cells: BTreeMap<(usize, (bool, u32), usize), usize> = BTreeMap::new();
        for dated in crashes {
            match dated.monday().map(|monday| weeks.binary_search(&monday)) {
                None => undated += 1,
                Some(Err(_)) => earlier += 1,
                Some(Ok(week)) => {
                    // Without a build at the end.
                    let build = (dated.build.is_none(), dated.build.unwrap_or_default());
                    *cells.entry((week, build, dated.cluster)).or_default() += 1;
                }
            }
        }
        let builds: BTreeSet<(bool, u32)> = cells.keys().map(|(_, build, _)| *build).collect();
        let builds: Vec<(bool, u32)> = builds.into_iter().collect();
        let counts = cells.into_iter().filter_map(|((week, build, cluster), crashes)| {
            let build = builds.binary_search(&build).ok()?;
            Some(WeekCount { week, build, cluster, crashes })
        });
        Self {
            counts: counts.collect(),
            weeks,
            builds: builds.iter().map(|(none, build)| (!none).then_some(*build)).collect(),
            undated,
            earlier,
        }
    }
}

/// The Monday of the week of a day.
fn monday_of(day: Date) -> Option<Date> {
    day.checked_sub(Duration::days(day.weekday().number_days_from_monday().into()))
}

#[cfg(test)]
mod tests {
    use time::Month;

    use super::*;

    fn day(day: u8) -> Option<Date> {
        Date::from_calendar_date(2026, Month::November, day).ok()
    }

    fn dated(day: Option<Date>, build: Option<u32>, cluster: usize) -> Dated {
        Dated { day, build, cluster }
    }

    #[test]
    fn crashes_are_counted_by_week_build_and_cluster() {
        let weeks = Weeks::new(&[
            dated(day(2), Some(7), 0),
            dated(day(8), Some(7), 0),
            dated(day(9), Some(7), 1),
            dated(day(9), None, 1),
            dated(None, Some(9), 1),
        ]);
        assert_eq!(weeks.weeks, [day(2), day(9)].map(Option::unwrap));
        assert_eq!((weeks.builds.as_slice(), weeks.undated), (&[Some(7), None][..], 1));
        let counts: Vec<[usize; 4]> = weeks
            .counts
            .iter()
            .map(|one| [one.week, one.build, one.cluster, one.crashes])
            .collect();
        assert_eq!(counts, [[0, 0, 0, 2], [1, 0, 1, 1], [1, 1, 1, 1]]);
    }

    #[test]
    fn the_last_weeks_are_shown_and_the_others_counted() {
        let crashes: Vec<Dated> = (0..200)
            .map(|week| dated(day(2).map(|first| first + Duration::weeks(week)), None, 0))
            .collect();
        let weeks = Weeks::new(&crashes);
        assert_eq!((weeks.weeks.len(), weeks.earlier), (MAX_WEEKS, 200 - MAX_WEEKS));
    }
}
