use super::*;

fn document(id: &str, texts: &[(&'static str, &str)]) -> SearchDocument {
    SearchDocument {
        id: id.to_owned(),
        guidance: id.starts_with(char::is_lowercase),
        texts: texts.iter().map(|&(field, text)| (field, text.to_owned())).collect(),
    }
}

fn index() -> SearchIndex {
    let documents = [
        document(
            "KB1",
            &[
                ("number", "KB1"),
                ("title", "Interrupt storm of the iLO"),
                ("title_ja", "iLO の割り込みストーム"),
                ("function", "IntrCookie_DoInterrupt"),
            ],
        ),
        document(
            "KB2",
            &[
                ("number", "1020214"),
                ("title", "A storm on the array"),
                ("cause", "An interrupt is lost."),
                ("cause_ja", "割り込みが失われます。"),
            ],
        ),
        document("spin-count", &[("title", "spin-count"), ("cause", "A lock was not freed.")]),
    ];
    SearchIndex::open(SearchIndex::create(&documents).expect("created")).expect("an index")
}

#[track_caller]
fn check(question: &str, expected: &[&str]) {
    let found = index().search(question).expect("an answer");
    let shown: Vec<String> = found
        .hits
        .iter()
        .map(|hit| format!("{} {}", hit.id, if hit.all_words { "all" } else { "some" }))
        .collect();
    assert_eq!(shown, expected, "{question}");
}

#[test]
fn all_words_come_before_some_and_titles_before_causes() {
    check("interrupt storm", &["KB1 all", "KB2 all"]);
    check("storm array", &["KB2 all", "KB1 some"]);
    check("lock", &["spin-count all"]);
    check("1020214", &["KB2 all"]);
    check("KB1", &["KB1 all"]);
    check("", &[]);
}

#[test]
fn identifiers_are_found_whole_by_beginning_and_by_part() {
    check("IntrCookie_DoInterrupt", &["KB1 all"]);
    check("intrcook", &["KB1 all"]);
    check("DoInterrupt", &["KB1 all"]);
    check("CookieInterrupt", &[]);
}

#[test]
fn japanese_is_found_by_neighbouring_characters() {
    check("割り込み", &["KB1 all", "KB2 all"]);
    check("割り込みストーム", &["KB1 all"]);
    check("失", &["KB2 all"]);
    check("ｽﾄｰﾑ", &["KB1 all"]);
    check("込割", &[]);
}

#[test]
fn the_answer_says_where_the_words_stand_and_what_nearly_fits() {
    let found = index().search("interupt lock").expect("an answer");
    assert_eq!(found.hits.len(), 1);
    assert!(!found.hits[0].all_words);
    assert_eq!(found.hits[0].fields[0].0, "cause");
    assert!(found.hits[0].fields[0].1.contains(&Piece { text: "lock".into(), hit: true }));
    let unknown = UnknownWord { word: "interupt".into(), near: vec!["Interrupt".into()] };
    assert_eq!(found.unknown, [unknown]);
}
