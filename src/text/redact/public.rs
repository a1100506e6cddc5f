//! Names that are everybody's: vendors, accounts that every host has, and the words of the screens.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Domains of vendors, whole: a name is theirs when it is one of these or ends in a dot and one.
const VENDORS: &[&str] = &[
    "amd.com",
    "broadcom.com",
    "cisco.com",
    "dell.com",
    "fujitsu.com",
    "hpe.com",
    "ibm.com",
    "ietf.org",
    "intel.com",
    "kernel.org",
    "lenovo.com",
    "marvell.com",
    "microsoft.com",
    "nvidia.com",
    "nvmexpress.org",
    "omnissa.com",
    "supermicro.com",
    "vmware.com",
    "vmw.com",
    "w3.org",
];

/// Finds out whether `host` is a vendor's: `kb.vmware.com`, and not `vmware.com.corp.example`.
pub(super) fn is_vendor(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    VENDORS.iter().any(|vendor| {
        host.strip_suffix(vendor).is_some_and(|before| before.is_empty() || before.ends_with('.'))
    })
}

/// Values that say nothing: accounts of every host, and words in place of a value.
const VALUES: &[&str] = &[
    "admin",
    "administrator",
    "administrators",
    "anonymous",
    "any",
    "daemon",
    "dcui",
    "default",
    "disabled",
    "empty",
    "enabled",
    "false",
    "guest",
    "hidden",
    "invalid",
    "localhost",
    "localhost.localdomain",
    "masked",
    "n/a",
    "na",
    "nfsnobody",
    "nil",
    "no",
    "nobody",
    "none",
    "not",
    "null",
    "off",
    "on",
    "redacted",
    "removed",
    "root",
    "system",
    "true",
    "unavailable",
    "unknown",
    "unset",
    "vpxuser",
    "www-data",
    "yes",
];

/// Finds out whether a value names nobody and nothing.
pub(super) fn is_no_name(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    VALUES.binary_search(&value.as_str()).is_ok()
}

/// Words of screens, logs and articles. A VM may be called so: its name is replaced where a world
/// has it, and nowhere else.
const WORDS: &str = "
    about above access account accounting address admin affected after again agent alert all alloc
    also another apic application apply archive area array assert assertion async attach attached
    attempt available back backtrace backup bad bank base before begin below bios block boot bora
    both bridge broadcom buffer build busy cache call called cannot case cause caused channel check
    clear client clock close cluster code command common complete completed config configuration
    connect connected connection console context control controller copy core coredump correct
    corrected corrupt corruption could count counter crash crashed critical current cycle data
    database datastore date debug debugger default detected device diagnostic direct directory
    disable disabled disk does domain done double down drive driver drivers dump dumping duplicate
    during each edge element empty enable enabled ended engine entry enum error errors event exception
    exit external fail failed failure false fatal fault field file fill first fixed flags flush
    force found frame free from full function general given global group guest halt handle handler
    hard hardware header heap heartbeat help helper high hook host hostd hosts idle image implemented
    index info init input instance intel internal interrupt into invalid invalidate invalidation
    iommu ipmi issue item journal kernel kill killed know known large last layer length level license
    line link list local lock locked logs lost lower machine main manager manually many map master
    matched maximum memory message microcode might migrate migration mirror missing mode module
    modules more most mount move multi name names native nested network next node none normal
    nothing null number object odd offset only open operation order other output over overflow own
    owner packet page panic parent parity part parts passed path pause pcpu perf physical pipe plugin
    point poll pool port power present print printed private probe process processor production
    products profile protect protection proxy public purple queue read ready real reason received
    recovery register registers release reload remote remove repeat replace replica replication
    report request requested reserved reset resource restart restore result resume return root route
    router running runtime safe sample save saved scan screen screens script search second secure
    security segment select send sensor series server servers service session sets setup share shared
    shell short shut shutdown side signal single size skip slave sleep slot slow snapshot socket soft
    software source space spin stack stage standard start started starting state static station
    status stop stopped storage store stream structure success successful support suspend switch sync
    system table target task template temp terminal test tested tests text thread threads time timed
    timeout timer token total trace track transfer trap true type unable unit unknown unload unlock
    update upgrade uptime used user using valid value vcenter verify version virtual vmfs vmkernel
    vmkernel-zdump vmotion vmware volume vsan vsphere wait waiting warning watch watchdog when where
    which while with without work worker working world worlds write writer wrong your zero zone
    acpi amd64 array blue bluescreen bus cim cpu cr0 cr2 cr3 cr4 crashme dma esx esxi ext failover
    fdm firewall hba intx ipv4 ipv6 iscsi lacp lapic ldap lint1 lun mce mcelog mks mnt mpx nfs nic nmi
    nsx ntp numa nvme pci pcie prod psod psa raid rdma sata scsi sfcb smi smart smbios snmp ssd ssh
    svga tcp tcpip tls tlb udp uefi usb vaai vcpu vim vlan vmk0 vmk1 vmm vmm0 vmm1 vmnic vmnic0 vmnic1
    vmx vob vpxa vpxd vscsi vvol x86_64 xhci";

/// Parts of names with hyphens that standards, products, articles and worlds of the kernel have:
/// `CVE-2021-1`, `sha-256`, `Ens-Lcore-12`.
const TECHNICAL: &str = "
    aes affected after bit bluefield bugzilla case connectx cri cve day days ddr dimm ec ecma ed
    ens epyc esa fix flusher gen hbr hostd hour ieee ioc iso issue kb lcore ld level loadbalancer
    mac memmap mib minute multi networld nm non oem one optane patch pcie phase poller port post
    poweredge pr pre prealloc proliant psod ram reclaim rev rfc sector sfp sha ssd step sub
    swapper tier txrx type utf vers vmsa vmw vob vpxa week worker xeon xmap year";

static TECHNICAL_WORDS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| TECHNICAL.split_whitespace().collect());

/// Finds out whether a part of a name with hyphens is of a standard, a product or an article.
pub(super) fn is_technical(part: &str) -> bool {
    TECHNICAL_WORDS.contains(part.to_ascii_lowercase().as_str())
}

static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| WORDS.split_whitespace().collect());

/// Finds out whether `word` is one of the words that no text is searched for.
pub(super) fn is_common_word(word: &str) -> bool {
    COMMON.contains(word.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_values_are_sorted() {
        assert!(VALUES.is_sorted(), "{VALUES:?}");
    }

    #[test]
    fn a_vendor_is_a_whole_domain() {
        assert!(is_vendor("Knowledge.Broadcom.com") && is_vendor("vmware.com"));
        assert!(!is_vendor("notvmware.com") && !is_vendor("vmware.com.corp.example"));
        assert!(!is_vendor("broadcom.com-mirror.example"));
    }
}
