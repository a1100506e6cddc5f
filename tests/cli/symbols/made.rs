//! Modules, VIBs and bundles that the tests make themselves.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The version that the module and its package say.
pub const VERSION: &str = "14.4.1-1OEM.800";
/// Functions of the module.
pub const FUNCTIONS: usize = 400;

/// True when the tools are there; says so when the test cannot run.
pub fn has_tools(tools: &[&str]) -> bool {
    let missing = tools.iter().find(|tool| Command::new(tool).arg("--version").output().is_err());
    if let Some(missing) = missing {
        eprintln!(
            "SKIPPED: there is no `{missing}` here, which makes or reads the module of this test"
        );
    }
    missing.is_none()
}

/// The source of a driver: static functions, functions of all sizes, inlined ones, labels, variables.
fn source(version: &str) -> String {
    let mut text = format!(
        "static const char info[] __attribute__((section(\".vmkmodinfo\"), used)) = \"license=BSD\\0version={version}\";\n\
         volatile int lpfc_state;\nint lpfc_table[7];\n\
         static inline __attribute__((always_inline)) int lpfc_inner(int x) {{ lpfc_state = x; return x * lpfc_state; }}\n\
         static inline __attribute__((always_inline)) int lpfc_outer(int x) {{\n  int y = lpfc_inner(x + 1);\n  return y + lpfc_inner(x);\n}}\n"
    );
    for number in 0..FUNCTIONS {
        let storage = if number % 2 == 0 {
            "static __attribute__((used, noinline))"
        } else {
            "__attribute__((noinline))"
        };
        let section =
            if number % 10 == 3 { "__attribute__((section(\".text.unlikely\")))" } else { "" };
        text.push_str(&format!("{section} {storage} int lpfc_work_{number}(int x) {{\n"));
        for line in 0..number % 13 {
            text.push_str(&format!("  lpfc_state += x * {};\n", line + number));
        }
        text.push_str("  return lpfc_outer(x)\n    + lpfc_state;\n}\n");
    }
    text
}

/// Runs a tool that must succeed.
#[track_caller]
pub fn run(tool: &str, arguments: &[&str]) -> String {
    let output = Command::new(tool).args(arguments).output().expect(tool);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{tool} {arguments:?}: {errors}");
    String::from_utf8(output.stdout).expect("text")
}

pub fn text(path: &Path) -> &str {
    path.to_str().expect("a path")
}

/// The module `lpfc` of a version, compiled with these options.
pub fn module(directory: &Path, version: &str, options: &[&str]) -> PathBuf {
    let (source_path, path) = (directory.join("lpfc.c"), directory.join("lpfc"));
    fs::write(&source_path, source(version)).expect("the source");
    let files = ["-c", "-o", text(&path), text(&source_path)];
    run("cc", &[&["-O2", "-fno-reorder-functions"], options, &files].concat());
    path
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(bytes).expect("packed");
    writer.finish().expect("packed")
}

pub fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).expect("packed")
}

fn header(name: &str, bytes: usize) -> tar::Header {
    let mut header = tar::Header::new_ustar();
    header.set_path(name).expect("a name");
    header.set_size(bytes as u64);
    header.set_mode(0o644);
    header.set_cksum();
    header
}

pub fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        builder.append(&header(name, bytes.len()), *bytes).expect("packed");
    }
    builder.into_inner().expect("packed")
}

/// The form of ESXi: all headers, each with the place of its content, then the contents at whole pages.
pub fn visor_tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    const PAGE: usize = 4096;
    let (mut headers, mut contents) = (Vec::new(), Vec::new());
    let start = ((members.len() + 1) * 512).next_multiple_of(PAGE);
    for (name, bytes) in members {
        let mut block = *header(name, bytes.len()).as_bytes();
        block[257..265].copy_from_slice(b"visor  \0");
        let place = u32::try_from(start + contents.len()).expect("small");
        block[496..500].copy_from_slice(&place.to_le_bytes());
        headers.extend(block);
        contents.extend(*bytes);
        contents.resize(contents.len().next_multiple_of(PAGE), 0);
    }
    headers.resize(start, 0);
    [headers, contents].concat()
}

/// An `ar` archive with a description and a payload.
pub fn vib(package: &str, version: &str, payload: &[u8]) -> Vec<u8> {
    let description = format!(
        "<vib version=\"5.0\"><type>bootbank</type><name>{package}</name><version>{version}</version></vib>"
    );
    let mut archive = b"!<arch>\n".to_vec();
    let members: [(&str, &[u8]); 3] =
        [("descriptor.xml", description.as_bytes()), ("sig.pkcs7", b"signed"), ("lpfc", payload)];
    for (name, bytes) in members {
        archive.extend(
            format!("{name:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n", 0, 0, 0, 100_644, bytes.len())
                .bytes(),
        );
        archive.extend(bytes);
        archive.resize(archive.len().next_multiple_of(2), b'\n');
    }
    archive
}

pub fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).expect("packed");
        writer.write_all(bytes).expect("packed");
    }
    writer.finish().expect("packed").into_inner()
}
