//! What the person who asks knows of a host, where its crash does not print it.

use crate::crash::{Crash, Defect, DefectCode, Driver, Release};

/// The product of a release that is given by its name, number or version.
const PRODUCT: &str = "VMware ESXi";

/// The release and the drivers of a host, as somebody gave them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GivenHost {
    release: Option<Release>,
    drivers: Vec<Driver>,
}

impl GivenHost {
    /// A host of this release with these drivers, each a name and a version.
    pub fn new(release: Option<Release>, drivers: Vec<(String, String)>) -> Self {
        let drivers = drivers.into_iter();
        let drivers = drivers.map(|(name, version)| Driver { name, version: Some(version) });
        Self { release, drivers: drivers.collect() }
    }

    /// Adds to a crash what it does not print; returns false when it prints another release than the
    /// given one, which is then not used.
    pub fn add_to(&self, crash: &mut Crash) -> bool {
        for given in &self.drivers {
            let printed =
                crash.host.drivers.iter_mut().find(|d| d.name.eq_ignore_ascii_case(&given.name));
            match printed {
                Some(driver) if driver.version.is_none() => driver.version = given.version.clone(),
                Some(_) => {}
                None => crash.host.drivers.push(given.clone()),
            }
        }
        let Some(given) = &self.release else {
            return true;
        };
        if let Some(printed) = &crash.release
            && (printed.build.is_some() || printed.version.is_some())
        {
            return is_same(printed, given);
        }
        let product = crash.release.take().map(|printed| printed.product);
        let product = product.unwrap_or_else(|| PRODUCT.to_owned());
        crash.release = Some(Release { product, ..given.clone() });
        crash.defects.retain(|defect| defect.code != DefectCode::NoRelease);
        let code = DefectCode::ReleaseGiven;
        crash.defects.push(Defect { code, line: 0, text: String::new() });
        true
    }
}

/// True when neither says anything that the other contradicts.
fn is_same(printed: &Release, given: &Release) -> bool {
    match (printed.build, given.build) {
        (Some(printed), Some(given)) => printed == given,
        _ => given.version.is_none() || printed.line() == given.line(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::crashes_in_text;

    fn crash(text: &str) -> Crash {
        crashes_in_text(text).remove(0).crash
    }

    #[test]
    fn a_release_is_given_to_a_crash_that_prints_none() {
        let release = Release { build: Some(20_842_708), ..Release::default() };
        let given = GivenHost::new(Some(release), vec![("i40en".into(), "2.1".into())]);
        let mut without = crash("@BlueScreen: Oops\n[0x1]F@i40en#0.0.0.1+0x1 stack: 0x0\n");
        assert!(given.add_to(&mut without));
        assert_eq!(without.release.and_then(|release| release.build), Some(20_842_708));
        let codes: Vec<DefectCode> = without.defects.iter().map(|defect| defect.code).collect();
        assert!(codes.contains(&DefectCode::ReleaseGiven), "{codes:?}");
        assert!(!codes.contains(&DefectCode::NoRelease), "{codes:?}");
        let version = without.host.drivers.iter().find(|driver| driver.name == "i40en");
        assert_eq!(version.and_then(|driver| driver.version.as_deref()), Some("2.1"));
    }

    #[test]
    fn a_printed_release_stands() {
        let release = Release { build: Some(20_842_708), ..Release::default() };
        let given = GivenHost::new(Some(release), Vec::new());
        let mut printed =
            crash("VMware ESXi 8.0.2 [Releasebuild-23305546 x86_64]\n@BlueScreen: Oops\n");
        assert!(!given.add_to(&mut printed));
        assert_eq!(printed.release.and_then(|release| release.build), Some(23_305_546));
    }
}
