//! What the description of a VIB says: name and version of the package.

/// Bytes of a description that are read.
pub(super) const MAX_BYTES: u64 = 1024 * 1024;
/// The member that has it.
pub(super) const DESCRIPTION: &str = "descriptor.xml";

/// Name and version of a package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Package {
    pub name: String,
    pub version: String,
}

/// The package whose files are the host's own: its version ends with the build.
const HOST_PACKAGE: &str = "esx-base";

impl Package {
    /// Reads `<vib …><name>lpfc</name><version>14.4.0.39-1OEM.800.1.0.20613240</version>…`.
    ///
    /// The descriptions are written by one program, and no more than two elements are wanted of them.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (_, inside) = text.split_once("<vib")?;
        let name = element(inside, "name")?;
        let version = element(inside, "version")?;
        Some(Self { name, version })
    }

    /// The build of the host.
    pub(super) fn build(&self) -> Option<&str> {
        let (_, build) = self.version.rsplit_once('.').filter(|_| self.name == HOST_PACKAGE)?;
        (!build.is_empty() && build.chars().all(|c| c.is_ascii_digit())).then_some(build)
    }
}

fn element(text: &str, name: &str) -> Option<String> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    let value = rest.split('<').next()?.trim();
    let is_value = !value.is_empty() && value.len() <= 256 && value.chars().all(is_plain);
    is_value.then(|| value.to_owned())
}

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || "._-+:".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(&str, &str, Option<&str>)>) {
        let found = Package::parse(text);
        let found =
            found.as_ref().map(|one| (one.name.as_str(), one.version.as_str(), one.build()));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_description_names_package_and_version() {
        let text = "<vib version=\"5.0\"><type>bootbank</type><name>lpfc</name><version>14.4.0.39-1OEM.800.1.0.20613240</version>";
        check(text, Some(("lpfc", "14.4.0.39-1OEM.800.1.0.20613240", None)));
        let text = "<vib><name>esx-base</name><version>8.0.3-0.0.24022510</version>";
        check(text, Some(("esx-base", "8.0.3-0.0.24022510", Some("24022510"))));
        check("<vib><name>lpfc</name>", None);
        check("<vib><name>a b</name><version>1</version>", None);
        check("", None);
    }
}
