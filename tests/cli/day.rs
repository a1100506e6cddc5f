//! One day of a curator, from ten crashes to a reviewed issue that recognises the eleventh.

use std::fs;

use super::flow::{Team, crash, objects};

/// The functions of the first bug, of the second one, of a stray, and of a look-alike of the first.
const RING: &[&str] = &["acme_ring_done", "acme_ring_poll", "acme_napi_run"];
const QUEUE: &[&str] = &["acme_queue_flush", "acme_queue_stop", "acme_port_down"];
const STRAY: &[&str] = &["acme_led_blink", "acme_led_timer"];
const ALIKE: &[&str] = &["acme_ring_grow", "acme_ring_setup", "acme_napi_run"];

/// The lines of a screen as `vmkernel.log` has them.
fn as_log(text: &str, hour: usize) -> String {
    let text = text.replace("#PF", "@BlueScreen: #PF");
    let lines = text.lines();
    lines.map(|line| format!("2026-11-25T{hour:02}:10:11.123Z cpu5:2097460){line}\n")).collect()
}

/// A screen as it is read off a picture: O for 0, and blanks where there are none.
fn as_misread(text: &str) -> String {
    text.replace("0x", "Ox").replace("stack:", "stack :")
}

/// One crash in the form of its number.
fn in_form(functions: &[&str], number: usize) -> String {
    let text = crash(functions, number);
    match number % 3 {
        0 => text,
        1 => as_log(&text, number),
        _ => as_misread(&text),
    }
}

/// Writes the ten crashes of the night into a directory, and returns it.
fn inbox(team: &Team) -> String {
    let directory = team.path("inbox");
    fs::create_dir(&directory).expect("made");
    let bugs = [RING, RING, QUEUE, RING, QUEUE, STRAY, RING, QUEUE, RING, QUEUE];
    for (number, functions) in bugs.iter().enumerate() {
        fs::write(directory.join(format!("{number}.txt")), in_form(functions, number))
            .expect("written");
    }
    directory.to_str().expect("text").to_owned()
}

/// Writes what a person knows after reading the article: Cause and Fix, and nothing else.
fn fill(team: &Team, id: &str) {
    let path = format!("issues/{id}.md");
    let text = team.read(&path);
    let (head, _) = text.split_once("## Cause").expect("a cause to be filled");
    let body = "## Cause\n\nThe driver uses a buffer after it was freed.\n\n## Fix\n\nUpdate the driver to 4.2.\n";
    team.write(&path, &format!("{head}{body}"));
}

#[test]
fn ten_crashes_become_two_reviewed_issues_that_recognise_the_eleventh() {
    let team = Team::started();
    let inbox = inbox(&team);
    // 1. record
    team.run(&["record", &inbox]);
    // 2. cluster
    let clusters = objects(&team.run(&["--format", "json", "cluster", "--recorded"])).remove(0);
    let sizes: Vec<usize> = clusters["clusters"]
        .as_array()
        .expect("clusters")
        .iter()
        .map(|cluster| cluster["crashes"].as_array().expect("crashes").len())
        .collect();
    assert_eq!(sizes, [5, 4, 1], "{clusters}");
    // 3. draft
    let mut ids = Vec::new();
    for place in [0, 1] {
        let name = clusters["clusters"][place]["id"].as_str().expect("a name");
        team.said(&["kb", "draft", name, "--author", "Jo Roe"]);
        let mut drafts: Vec<String> = fs::read_dir(team.kb().join("issues"))
            .expect("a directory")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .filter_map(|name| name.strip_suffix(".md").map(str::to_owned))
            .filter(|id| !ids.contains(id))
            .collect();
        assert_eq!(drafts.len(), 1, "{drafts:?}");
        ids.push(drafts.remove(0));
    }
    for id in &ids {
        fill(&team, id);
    }
    assert_eq!(team.lint(), Vec::<String>::new());
    // 4. try
    let mut newly = 0;
    for id in &ids {
        let path = team.kb().join(format!("issues/{id}.md"));
        let path = path.to_str().expect("text");
        let tried =
            objects(&team.run(&["--format", "json", "kb", "try", path, "--against", "ledger"]))
                .remove(0);
        assert_eq!(tried["counts"]["stolen"], 0, "{tried}");
        newly += tried["counts"]["in"].as_u64().expect("a number");
    }
    assert_eq!(newly, 9);
    // 5. promote, 6. promote by another person
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    team.said(&[&["kb", "promote"], &ids[..]].concat());
    team.said(&[&["kb", "promote", "--reviewer", "Kim"], &ids[..]].concat());
    let (eleventh, alike) = (team.path("eleventh.txt"), team.path("alike.txt"));
    fs::write(&eleventh, as_log(&crash(RING, 22), 22)).expect("written");
    fs::write(&alike, crash(ALIKE, 23)).expect("written");
    let answer = team.said(&[eleventh.to_str().expect("text")]);
    assert!(answer.contains("MATCH (proven) ") && answer.contains(ids[0]), "{answer}");
    let other = team.run(&[alike.to_str().expect("text")]);
    assert_eq!(other.status.code(), Some(1), "{}", String::from_utf8_lossy(&other.stdout));
    assert_eq!(team.lint(), Vec::<String>::new());
    // What the ledger holds is known from now on.
    assert!(team.said(&["ledger", "rematch"]).contains("answers that are others than before: 9"));
}
