//! What a private string is.

use strum::{EnumIter, IntoStaticStr};

/// The class of a private string; the name of the variant is the prefix of its pseudonyms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, EnumIter, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Class {
    /// The name of a VM, which its owner chooses.
    Vm,
    /// A host or a whole domain name.
    Host,
    /// A DNS, search, Kerberos or Windows domain.
    Domain,
    /// An IPv4 or IPv6 address.
    Ip,
    /// A MAC address.
    Mac,
    /// A world-wide name of a port or node.
    Wwn,
    /// A name of a disk or of a storage target that holds a number of its own.
    Disk,
    /// A UUID of a machine, datastore or object.
    Uuid,
    /// A mail address.
    Mail,
    /// An account of a person or service.
    User,
    /// A password, token, key or community string.
    Secret,
    /// A licence key.
    Licence,
    /// A serial number, service tag or asset tag.
    Serial,
    /// A datastore.
    Datastore,
    /// A directory or file that somebody has named.
    Path,
    /// A cluster, datacenter, network, folder or owner of a certificate.
    Name,
    /// A word of running text that no public list has.
    Word,
}

impl Class {
    /// Returns the prefix of the pseudonyms: `vm`, `host`, ….
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Returns true for names that turn up again without their context: `Payroll` after
    /// `vmm0:Payroll`.
    pub(super) fn is_repeated(self) -> bool {
        matches!(
            self,
            Self::Vm | Self::Host | Self::Domain | Self::User | Self::Datastore | Self::Name
        )
    }
}
