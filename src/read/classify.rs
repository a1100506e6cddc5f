//! The class of a line, after the repairs that give it one.

use super::confusion::{confused, restore_hexadecimals};
use super::fields::{parse_clock, parse_header};
use super::formats::Class;
use super::frames::parse_frame;
use super::line::Line;
use super::loose::loose_frame;
use super::panic_message;
use super::repair::{quoted, repaired};
use super::worlds::parse_world_line;
use crate::crash::{DefectCode, PanicKind};

/// A line with its class, repaired where that makes it a line of a screen or lets it say more.
pub(super) fn classified(line: Line) -> (Line, Class) {
    let line = match restore_hexadecimals(&line.body) {
        Some(body) if is_sure(Class::of(&body)) => {
            line.with_body(body, &[DefectCode::ConfusedCharacters])
        }
        _ => line,
    };
    let class = Class::of(&line.body);
    if class != Class::Other {
        let line = match fuller(class, &line.body) {
            Some(body) => line.with_body(body, &[DefectCode::ConfusedCharacters]),
            None => line,
        };
        return (line, class);
    }
    if let Some(part) =
        quoted(&line.body).filter(|part| !line.prefix.present && is_sure(Class::of(part)))
    {
        let line = line.with_body(part, &[DefectCode::QuotedLine]);
        let class = Class::of(&line.body);
        return (line, class);
    }
    match repaired(&line.body, |body| is_sure(Class::of(body))) {
        Some((body, codes)) => {
            let line = line.with_body(body, &codes);
            let class = Class::of(&line.body);
            (line, class)
        }
        None => match loose_frame(&line.body).filter(|body| Class::of(body) == Class::Frame) {
            Some(body) => (line.with_body(body, &[DefectCode::ConfusedCharacters]), Class::Frame),
            None => (line, class),
        },
    }
}

/// True for the classes that no ordinary line has by chance.
fn is_sure(class: Class) -> bool {
    !matches!(class, Class::Other | Class::Blank | Class::BareFrame)
}

/// The line with confused characters put right, where that lets it say more.
fn fuller(class: Class, body: &str) -> Option<String> {
    let values = fullness(class, body)?;
    let says_more = |better: &String| {
        Class::of(better) == class && fullness(class, better).is_some_and(|more| more > values)
    };
    confused(body).filter(says_more)
}

/// How many values can be read in a line of this class; `None` for classes that are not compared.
fn fullness(class: Class, body: &str) -> Option<usize> {
    let count = |present: &[bool]| present.iter().filter(|present| **present).count();
    let values = match class {
        Class::Header => parse_header(body).map_or(0, |header| {
            let release = header.release;
            count(&[release.version.is_some(), release.build.is_some(), release.arch.is_some()])
        }),
        Class::Clock => parse_clock(body).map_or(0, |clock| {
            count(&[clock.code_start.is_some(), clock.uptime_ms.is_some(), clock.tsc.is_some()])
        }),
        Class::Message => {
            let message = panic_message::recognise(body).unwrap_or(body);
            let panic = panic_message::parse_panic(message);
            let world = panic.world.is_some_and(|world| world.id.is_some());
            count(&[
                panic.kind != PanicKind::Other,
                panic.ip.is_some(),
                world,
                !panic.pcpus.is_empty(),
            ])
        }
        Class::Frame => parse_frame(body).map_or(0, |(parsed, _)| {
            let frame = parsed.frame;
            let named = frame.function.is_some() && !parsed.odd_name;
            let vmkernel = frame.module.as_deref() == Some("vmkernel");
            count(&[
                frame.ip.is_some(),
                frame.sp.is_some(),
                frame.offset.is_some(),
                named,
                vmkernel,
            ])
        }),
        Class::Worlds => parse_world_line(body).map_or(0, |line| line.pcpus.len()),
        _ => return None,
    };
    Some(values)
}
