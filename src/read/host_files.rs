//! Files of a support bundle that tell about the host: its release, drivers, devices, model.

use crate::crash::{Crash, Defect, DefectCode, Device, Driver, Release, Role};
use crate::text::Hex;

/// The kind of a member of a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Member {
    /// Facts about the host.
    Facts(HostFile),
    /// A core dump of the VMkernel: its log must be extracted first.
    Dump,
    /// A file that holds no crash.
    Skipped,
    /// Anything else.
    Any,
}

/// A file with facts about the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HostFile {
    /// `uname -a`.
    Uname,
    /// `localcli software vib list`.
    Vibs,
    /// `localcli hardware pci list`.
    Pci,
    /// `smbiosDump`.
    Smbios,
}

/// Ends of paths, and the file; the first row that fits counts.
const FACTS: &[(&str, HostFile)] = &[
    ("commands/uname_-a.txt", HostFile::Uname),
    ("commands/localcli_software-vib-list.txt", HostFile::Vibs),
    ("commands/localcli_hardware-pci-list.txt", HostFile::Pci),
    ("commands/smbiosDump.txt", HostFile::Smbios),
];

/// Starts of base names of logs that never hold a purple screen of the VMkernel.
const OTHER_LOGS: &[&str] = &[
    "hostd",
    "vpxa",
    "vobd",
    "fdm",
    "rhttpproxy",
    "envoy",
    "shell",
    "auth",
    "esxupdate",
    "sdrsinjector",
    "storagerm",
    "usb.",
    "dhclient",
    "clomd",
    "vsansystem",
    "vsanmgmt",
    "hostprofile",
    "attestd",
    "syslog",
];

/// The kind of the member called `name`.
pub(super) fn member_of(name: &str) -> Member {
    if let Some((_, file)) = FACTS.iter().find(|(end, _)| name.ends_with(end)) {
        return Member::Facts(*file);
    }
    let base = name.rsplit('/').next().unwrap_or(name);
    if base.starts_with("vmkernel-zdump") {
        return Member::Dump;
    }
    let in_log = name.contains("var/log/") || name.contains("var/run/log/");
    let other_log = in_log && OTHER_LOGS.iter().any(|start| base.starts_with(start));
    let command = name.starts_with("commands/") || name.contains("/commands/");
    if other_log || command { Member::Skipped } else { Member::Any }
}

/// The facts about a host in the files of its bundle.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct HostFacts {
    release: Option<Release>,
    installed: Vec<Driver>,
    devices: Vec<Device>,
    model: Option<String>,
    firmware: Option<String>,
}

impl HostFacts {
    /// Reads one file; false when it has more drivers or devices than `most`, which are left out.
    pub(super) fn read(&mut self, file: HostFile, text: &str, most: usize) -> bool {
        match file {
            HostFile::Uname => self.release = self.release.take().or_else(|| release_of(text)),
            HostFile::Vibs => return take_up_to(&mut self.installed, vibs(text), most),
            HostFile::Pci => return take_up_to(&mut self.devices, devices(text), most),
            HostFile::Smbios => self.smbios(text),
        }
        true
    }

    /// Attaches to a crash the facts that concern it.
    pub(super) fn attach(&self, crash: &mut Crash) {
        if crash.release.is_none()
            && let Some(release) = &self.release
        {
            crash.release = Some(release.clone());
            crash.defects.retain(|defect| defect.code != DefectCode::NoRelease);
            let code = DefectCode::ReleaseOfBundle;
            crash.defects.push(Defect { code, line: 0, text: String::new() });
        }
        crash.host.model = crash.host.model.take().or_else(|| self.model.clone());
        crash.host.firmware = crash.host.firmware.take().or_else(|| self.firmware.clone());
        let involved = involved_modules(crash);
        for vib in &self.installed {
            let known = crash.host.drivers.iter_mut().find(|driver| driver.name == vib.name);
            match known {
                Some(driver) => {
                    driver.version = driver.version.take().or_else(|| vib.version.clone())
                }
                None if involved.contains(&vib.name) => crash.host.drivers.push(vib.clone()),
                None => {}
            }
        }
        crash.host.installed.extend(self.installed.iter().cloned());
        let message = crash.panic.as_ref().map_or("", |panic| &panic.message);
        let concerned = self.devices.iter().filter(|device| {
            device.module.as_ref().is_some_and(|module| involved.contains(module))
                || message.contains(&device.address)
        });
        crash.host.devices.extend(concerned.cloned());
    }

    /// `smbiosDump`: sections `System Info (type 1):` and `BIOS Info (type 0):` with quoted values.
    /// Serial numbers and UUIDs are left alone.
    fn smbios(&mut self, text: &str) {
        let mut section = "";
        let (mut maker, mut product, mut bios) = (None, None, None);
        for line in text.lines().map(str::trim) {
            if line.contains("(type ") {
                section = line;
                continue;
            }
            let Some((name, value)) = line.split_once(':') else {
                continue;
            };
            let value = value.trim().trim_matches('"').trim();
            let system = section.starts_with("System Info");
            let target = match name.trim() {
                "Manufacturer" if system => &mut maker,
                "Product" if system => &mut product,
                "Version" if section.starts_with("BIOS Info") => &mut bios,
                _ => continue,
            };
            if !value.is_empty() {
                target.get_or_insert_with(|| value.to_owned());
            }
        }
        let parts: Vec<String> = [maker, product].into_iter().flatten().collect();
        self.model = self.model.take().or_else(|| (!parts.is_empty()).then(|| parts.join(" ")));
        self.firmware = self.firmware.take().or(bios);
    }
}

/// Adds `parts` to `kept` while those are fewer than `most`; false when some were left out.
fn take_up_to<T>(kept: &mut Vec<T>, parts: impl IntoIterator<Item = T>, most: usize) -> bool {
    let mut parts = parts.into_iter();
    kept.extend(parts.by_ref().take(most.saturating_sub(kept.len())));
    parts.next().is_none()
}

/// Modules of the frames of the story, and those that the screen names.
fn involved_modules(crash: &Crash) -> Vec<String> {
    let others = crash.other_backtraces.iter().flat_map(|other| &other.frames);
    let frames = crash.backtrace.iter().chain(others);
    let modules = frames.filter(|frame| frame.role != Role::Noise).filter_map(|f| f.module.clone());
    modules.chain(crash.host.drivers.iter().map(|driver| driver.name.clone())).collect()
}

/// `VMkernel esx1 7.0.3 #1 SMP Release build-20842708 Nov 10 2022 … x86_64 x86_64 x86_64 ESXi`.
fn release_of(text: &str) -> Option<Release> {
    let line = text.lines().find(|line| line.starts_with("VMkernel"))?;
    let words: Vec<&str> = line.split_whitespace().collect();
    let build = words.iter().find_map(|word| word.strip_prefix("build-")?.parse().ok());
    let version = words.get(2).filter(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    let product = words.last().filter(|word| word.starts_with("ESX")).copied().unwrap_or("ESXi");
    let arch = words.iter().find(|word| matches!(**word, "x86_64" | "aarch64"));
    Some(Release {
        product: format!("VMware {product}"),
        version: version.map(|version| (*version).to_owned()),
        build,
        arch: arch.map(|arch| (*arch).to_owned()),
    })
}

/// A table: name, version, vendor, …, below a line of dashes.
fn vibs(text: &str) -> impl Iterator<Item = Driver> {
    text.lines().skip_while(|line| !line.starts_with("---")).skip(1).filter_map(|line| {
        let mut words = line.split_whitespace();
        let name = words.next()?.to_owned();
        let version = words.next()?.to_owned();
        Some(Driver { name, version: Some(version) })
    })
}

/// Blocks that begin with an address at the margin, then indented `Name: value` lines.
fn printed(value: &str) -> Option<String> {
    (!value.is_empty() && value != "None").then(|| value.to_owned())
}

fn devices(text: &str) -> Vec<Device> {
    let mut devices: Vec<Device> = Vec::new();
    for line in text.lines() {
        let margin = !line.starts_with([' ', '\t']) && line.trim_end().ends_with(':');
        if margin {
            let address = line.trim_end().trim_end_matches(':').to_owned();
            devices.push(Device { address, ..Device::default() });
            continue;
        }
        let (Some(device), Some((name, value))) = (devices.last_mut(), line.split_once(':')) else {
            continue;
        };
        let value = value.trim();
        match name.trim() {
            "Vendor ID" => device.vendor_id = Hex::parse(value),
            "Device ID" => device.device_id = Hex::parse(value),
            "Device Name" => device.name = printed(value),
            "Module Name" => device.module = printed(value),
            _ => {}
        }
    }
    devices
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::crashes_in_text;

    #[test]
    fn members_are_known_by_their_names() {
        for (name, expected) in [
            ("esx-h1/commands/uname_-a.txt", Member::Facts(HostFile::Uname)),
            ("esx-h1/commands/df.txt", Member::Skipped),
            ("var/core/vmkernel-zdump.1", Member::Dump),
            ("esx-h1/var/run/log/hostd.log", Member::Skipped),
            ("esx-h1/var/run/log/vmkernel.0.gz", Member::Any),
            ("screen.txt", Member::Any),
        ] {
            assert_eq!(member_of(name), expected, "{name}");
        }
    }

    #[test]
    fn more_parts_than_are_kept_are_told() {
        let table = "Name Version\n---- -------\nlpfc 12.8\nnmlx5 4.19\nqfle3 1.4\n";
        for (most, whole) in [(2, false), (3, true)] {
            let mut facts = HostFacts::default();
            assert_eq!(facts.read(HostFile::Vibs, table, most), whole, "{most}");
            assert_eq!(facts.installed.len(), most);
        }
    }

    #[test]
    fn facts_are_attached_where_they_concern_the_crash() {
        const MOST: usize = 512;
        let mut facts = HostFacts::default();
        facts.read(
            HostFile::Uname,
            "VMkernel esx1 7.0.3 #1 SMP Release build-20842708 Nov 10 2022 03:13:47 x86_64 x86_64 x86_64 ESXi\n",
            MOST,
        );
        facts.read(
            HostFile::Vibs,
            "Name  Version  Vendor\n----  -------  ------\nlpfc  12.8.351.30-1OEM.703.0.0.18644231  EMU\nnmlx5-core 4.19 MEL\n",
            MOST,
        );
        facts.read(
            HostFile::Pci,
            "0000:3b:00.0:\n   Address: 0000:3b:00.0\n   Device Name: LPe32002\n   Vendor ID: 0x10df\n   Device ID: 0xe300\n   Module Name: lpfc\n",
            MOST,
        );
        facts.read(
            HostFile::Smbios,
            "  BIOS Info (type 0): \n    Vendor: \"HPE\"\n    Version: \"U30\"\n  System Info (type 1): \n    Manufacturer: \"HPE\"\n    Product: \"ProLiant DL380 Gen10\"\n    Serial Number: \"X1\"\n",
            MOST,
        );
        let text = "@BlueScreen: #PF Exception 14 in world 2098051:x IP 0x42 addr 0x8\n\
            [0x42001ab7c298]lpfc_path_claim_handler@(lpfc)#<None>+0x0\n";
        let mut crash = crashes_in_text(text).remove(0).crash;
        facts.attach(&mut crash);
        assert_eq!(crash.release.and_then(|release| release.build), Some(20_842_708));
        assert_eq!(
            crash.host.drivers[0].version.as_deref(),
            Some("12.8.351.30-1OEM.703.0.0.18644231")
        );
        assert_eq!((crash.host.drivers.len(), crash.host.installed.len()), (1, 2));
        assert_eq!(crash.host.devices[0].device_id, Some(Hex(0xe300)));
        assert_eq!(crash.host.model.as_deref(), Some("HPE ProLiant DL380 Gen10"));
        assert_eq!(crash.host.firmware.as_deref(), Some("U30"));
        assert!(crash.defects.iter().any(|defect| defect.code == DefectCode::ReleaseOfBundle));
    }
}
