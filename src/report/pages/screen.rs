//! The screen of a crash as fields, and the limits of reading it.

use super::super::block::Block;
use super::super::views::{
    CrashView, LimitReport, ReleaseReport, SourceReport, machine_check_lines,
};
use super::super::words;
use super::one_screen::{AnswerPart, Room};
use super::symbols::symbols_words;
use crate::crash::{CoreDumpOutcome, Driver, FromPicture, PictureMethod};
use crate::explain::duration;
use crate::message::Catalog;

/// The bounds that cut something.
pub(super) fn limit_blocks(limits: &[LimitReport]) -> impl Iterator<Item = Block> {
    limits.iter().map(|limit| {
        Block::Field("label-limit", format!("{}: {}", limit.code.as_str(), limit.text))
    })
}

/// The place where the crash was found.
pub(super) fn title(catalog: &Catalog, source: &SourceReport) -> Block {
    Block::Title(words::place(catalog, source))
}

/// The fields by which a reader knows the crash again.
pub(super) fn few_fields(catalog: &Catalog, crash: &CrashView, room: Room) -> Vec<Block> {
    let (mut few, mut machine_checks) = (Vec::new(), 0);
    for block in screen_fields(catalog, crash) {
        let Block::Field(label, _) = &block else { continue };
        machine_checks += usize::from(*label == "label-machine-check");
        let is_shown = match *label {
            "label-release" | "label-panic" => room.has(AnswerPart::Screen),
            "label-top-frame" => room.has(AnswerPart::TopFrame),
            "label-machine-check" => {
                machine_checks == 1 || room.has(AnswerPart::OtherMachineChecks)
            }
            label => label == "label-picture",
        };
        if is_shown {
            few.push(block);
        }
    }
    few
}

/// The fields of the screen, in the order in which it prints them.
pub(super) fn screen_fields(catalog: &Catalog, crash: &CrashView) -> Vec<Block> {
    let (panic, dump) = (crash.panic.as_ref(), crash.core_dump.as_ref());
    let fields = [
        ("label-release", crash.release.as_ref().map(|found| release(catalog, found))),
        ("label-panic", panic.map(|panic| panic.message.clone())),
        ("label-kind", panic.map(|panic| panic.kind.as_str().to_owned())),
        ("label-reporter", reporter(catalog, crash)),
        ("label-culprit", culprit(catalog, crash)),
        ("label-top-frame", crash.top_frame().map(words::frame)),
        ("label-decides", decides(catalog, crash)),
        ("label-uptime", crash.uptime_ms.map(duration)),
        ("label-core-dump", dump.map(|dump| outcome(catalog, dump.outcome))),
        ("label-modules", modules(crash)),
        ("label-model", host_model(catalog, crash)),
    ];
    let banks = machine_check_lines(&crash.machine_checks, catalog);
    let banks = banks.into_iter().map(|line| ("label-machine-check", Some(line)));
    let last =
        [("label-symbols", symbols_words(catalog, crash)), ("label-defects", defects(crash))];
    let picture = crash.picture.as_ref();
    let pictures = [
        ("label-picture", picture.map(|picture| from_picture(catalog, picture))),
        ("label-joined", picture.and_then(|picture| joined_of(catalog, picture))),
    ];
    let fields = fields.into_iter().chain(banks).chain(last).chain(pictures);
    fields.filter_map(|(label, value)| Some(Block::Field(label, value?))).collect()
}

/// How the picture was read, and how much of it is in doubt.
fn from_picture(catalog: &Catalog, picture: &FromPicture) -> String {
    let how = catalog.text(&format!("picture-how-{}", picture.method.as_str()), &[]);
    if picture.method == PictureMethod::Recognition {
        return catalog.text("picture-summary-recognition", &[("how", &how)]);
    }
    let numbers = [usize::from(picture.explained), picture.doubtful, picture.characters];
    let [explained, doubtful, characters] = numbers.map(|number| number.to_string());
    let values = [
        ("how", &*how),
        ("explained", &explained),
        ("doubtful", &doubtful),
        ("characters", &characters),
    ];
    let summary = catalog.text("picture-summary", &values);
    let is_known = !matches!(picture.method, PictureMethod::Scaled | PictureMethod::Photograph);
    if is_known || picture.doubtful * MANY_IN_DOUBT <= picture.characters {
        return summary;
    }
    format!("{summary}; {}", catalog.text("picture-exact-font", &[]))
}

/// From one character of so many in doubt on, the exact font of the console is worth its while.
const MANY_IN_DOUBT: usize = 50;

/// The pictures of one screen with the lines that each shows; `None` for one alone.
fn joined_of(catalog: &Catalog, picture: &FromPicture) -> Option<String> {
    let parts = picture.pictures.iter().map(|part| {
        let (first, last) = (part.first_line, (part.first_line + part.lines).saturating_sub(1));
        let (first, last) = (first.to_string(), last.to_string());
        let values = [("name", part.name.as_str()), ("first", &first), ("last", &last)];
        catalog.text("picture-part", &values)
    });
    (picture.pictures.len() > 1).then(|| parts.collect::<Vec<_>>().join(", "))
}

fn release(catalog: &Catalog, release: &ReleaseReport) -> String {
    let mut parts = vec![release.product.clone()];
    parts.extend(release.version.clone());
    if let Some(build) = release.build {
        parts.push(catalog.text("build-number", &[("build", &build.to_string())]));
    }
    let named = [release.name.clone(), release.date.clone(), words::mark(catalog, release.branch)];
    let named: Vec<String> = named.into_iter().flatten().collect();
    if !named.is_empty() {
        parts.push(format!("({})", named.join(", ")));
    }
    parts.join(" ")
}

fn reporter(catalog: &Catalog, crash: &CrashView) -> Option<String> {
    let pcpu = crash.pcpu.map(|pcpu| format!("PCPU {pcpu}"));
    let world = crash.world.as_ref().map(|found| words::world(catalog, found));
    join([pcpu, world])
}

/// The PCPU that the message names, and the world that ran there.
fn culprit(catalog: &Catalog, crash: &CrashView) -> Option<String> {
    let panic = crash.panic.as_ref()?;
    let names: Vec<String> =
        panic.pcpus.iter().filter_map(|pcpu| pcpu_and_world(catalog, crash, *pcpu)).collect();
    (!names.is_empty()).then(|| names.join("; "))
}

fn pcpu_and_world(catalog: &Catalog, crash: &CrashView, pcpu: u32) -> Option<String> {
    let entry = crash.pcpus.iter().find(|entry| entry.pcpu == pcpu);
    let world = entry.map(|entry| words::world(catalog, &entry.world));
    join([Some(format!("PCPU {pcpu}")), world])
}

fn join(parts: [Option<String>; 2]) -> Option<String> {
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn decides(catalog: &Catalog, crash: &CrashView) -> Option<String> {
    let other = crash.other_backtraces.iter().find(|other| other.decides)?;
    Some(catalog.text("decides", &[("origin", &other.origin)]))
}

fn outcome(catalog: &Catalog, outcome: CoreDumpOutcome) -> String {
    let key = match outcome {
        CoreDumpOutcome::Started => "dump-started",
        CoreDumpOutcome::Written => "dump-written",
        CoreDumpOutcome::Failed => "dump-failed",
    };
    catalog.text(key, &[])
}

fn modules(crash: &CrashView) -> Option<String> {
    let names: Vec<String> = crash.host.drivers.iter().map(module).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

fn module(driver: &Driver) -> String {
    match &driver.version {
        Some(version) => format!("{} {version}", driver.name),
        None => driver.name.clone(),
    }
}

/// Server and BIOS, out of a support bundle.
fn host_model(catalog: &Catalog, crash: &CrashView) -> Option<String> {
    let firmware = crash.host.firmware.as_ref();
    join([
        crash.host.model.clone(),
        firmware.map(|version| catalog.text("firmware", &[("version", version)])),
    ])
}

fn defects(crash: &CrashView) -> Option<String> {
    let mut codes: Vec<String> =
        crash.defects.iter().map(|defect| defect.code.published()).collect();
    codes.sort();
    codes.dedup();
    (!codes.is_empty()).then(|| codes.join(", "))
}
