use std::fs;
use std::io::Write;
use std::time::{Duration, SystemTime};

use super::*;
use crate::kb::Status;

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a parent")).expect("create");
    fs::write(path, text).expect("write");
}

/// A knowledge base of one issue and a cache that does not exist yet, in one directory.
struct Team {
    directory: tempfile::TempDir,
    sources: [KbSource; 1],
    cache: PathBuf,
}

impl Team {
    fn new() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let kb = directory.path().join("kb");
        let issue = "+++\nschema = 1\nid = \"TEAM-0001\"\ntitle = \"t\"\nstatus = \"test\"\nauthor = \"a\"\n\
             created = 2026-11-23\n[[signatures]]\nname = \"m\"\nkinds = [\"spin-count\"]\n\
             messages = [\"Spin count exceeded (fooLock barLock)\"]\n+++\n";
        write(&kb.join("issues/TEAM-0001.md"), issue);
        write(
            &kb.join("crashes/TEAM-0001-1.txt"),
            "EXPECT: TEAM-0001\nSOURCE: x\n\n@BlueScreen: Spin count exceeded (fooLock barLock)\n[0x1]A_b@m#1+0x1\n",
        );
        let cache = directory.path().join("cache");
        Self { directory, sources: [KbSource::Directory(kb)], cache }
    }

    #[track_caller]
    fn open(&self) -> Compiled {
        let compiled = open(&self.sources, Some(&self.cache)).expect("compiled");
        let ids: Vec<_> = compiled.store.issues().collect();
        assert_eq!(ids, [("TEAM-0001", Status::Test)]);
        compiled
    }

    /// Compiles, and names the file in the cache.
    fn compiled(&self) -> PathBuf {
        self.open().opening.file.expect("a file")
    }

    /// The next use compiles again and says why; the one after it finds all in order.
    #[track_caller]
    fn check_heals(&self, expected: &str) {
        let again = self.open().opening;
        let trouble = again.trouble.expect("a line about it").to_string();
        assert!(again.fresh && again.file.is_some(), "{trouble}");
        assert!(trouble.contains(expected) && trouble.ends_with("compiled again"), "{trouble}");
        self.check_opens();
    }

    #[track_caller]
    fn check_opens(&self) {
        let opening = self.open().opening;
        assert!(!opening.fresh && opening.trouble.is_none(), "{:?}", opening.trouble);
    }

    /// This use compiles in memory and says why.
    #[track_caller]
    fn check_memory(&self, expected: &str) {
        let opening = self.open().opening;
        let trouble = opening.trouble.expect("a line about it").to_string();
        assert!(opening.fresh && opening.file.is_none(), "{trouble}");
        assert!(trouble.contains(expected) && trouble.contains("in memory"), "{trouble}");
    }
}

/// The names in a cache directory, but for the digest of the team's files.
fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).expect("a directory");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|name| !name.ends_with(".digest"))
        .collect();
    names.sort();
    names
}

#[test]
fn the_second_use_opens_what_the_first_has_compiled() {
    let team = Team::new();
    let first = team.open();
    assert!(first.opening.fresh && first.opening.trouble.is_none());
    team.check_opens();
    let second = team.open();
    let face = second.store.face(0).expect("a face");
    assert!(face.signatures[0].decisive);
    assert_eq!(names(&team.cache).len(), 1, "nothing unfinished is left");
}

#[test]
fn issues_and_guidance_come_back_as_they_were_written() {
    let sources = [KbSource::Shipped];
    let kb = KnowledgeBase::read(&sources).expect("a kb");
    let store = open(&sources, None).expect("compiled").store;
    for (id, issue) in &kb.issues {
        let stored = store.issue(id).expect("a store").expect("an issue");
        assert_eq!(&stored.issue, issue);
        let number = store.number_of(id).expect("a number");
        let face = store.face(number).expect("a face");
        let patterns: Vec<_> =
            face.signatures.iter().map(|stored| stored.pattern.clone()).collect();
        let decisive: Vec<bool> = face.signatures.iter().map(|stored| stored.decisive).collect();
        assert_eq!((&patterns, &decisive), (&issue.signatures, &stored.decisive));
        assert_eq!(face.exemplars, stored.exemplars);
    }
    for guidance in store.guidance(Some("tlb-ack")).expect("a store") {
        assert_eq!(guidance.advice_ja, kb.guidance[&guidance.id].advice_ja);
    }
}

#[test]
fn a_changed_source_is_compiled_again() {
    let team = Team::new();
    team.compiled();
    write(&team.directory.path().join("kb/README.md"), "x");
    assert!(team.open().opening.fresh);
    assert_eq!(names(&team.cache).len(), 2);
}

#[test]
fn a_damaged_file_is_compiled_again() {
    let team = Team::new();
    let file = team.compiled();
    let bytes = fs::read(&file).expect("bytes");
    for place in [0, 40, 200, 4000, 4096, 5000] {
        let mut damaged = bytes.clone();
        damaged[place] ^= 1;
        fs::write(&file, damaged).expect("write");
        team.check_heals("is damaged");
    }
    for length in [0, 100, 5000, bytes.len() - 1] {
        fs::write(&file, &bytes[..length]).expect("write");
        team.check_heals("compiled knowledge base: it");
    }
    fs::remove_file(&file).expect("remove");
    assert!(team.open().opening.trouble.is_none(), "a missing file is no trouble");
}

#[test]
fn damage_to_a_part_is_found_by_the_use_that_reads_it() {
    let team = Team::new();
    let file = team.compiled();
    let mut bytes = fs::read(&file).expect("bytes");
    *bytes.last_mut().expect("a byte") ^= 1;
    fs::write(&file, &bytes).expect("write");
    team.check_opens();
    let place = Place::new(&team.sources, Some(&team.cache));
    let (search, opening) = place.open_search().expect("compiled");
    assert!(
        opening.trouble.is_some_and(|error| error.to_string().contains("part `search` is damaged"))
    );
    assert_eq!(search.search("TEAM-0001").expect("an answer").hits.len(), 1);
    assert!(place.open_search().expect("opened").1.trouble.is_none());
}

#[test]
fn what_is_not_trusted_is_compiled_again() {
    let team = Team::new();
    team.compiled();
    let place = Place::new(&team.sources, Some(&team.cache));
    let distrusted = Place { distrust: Some("a query fails"), ..place };
    let opening = distrusted.open().expect("compiled").opening;
    let trouble = opening.trouble.expect("a line about it").to_string();
    assert!(opening.fresh && trouble.contains("a query fails; compiled again"), "{trouble}");
    team.check_opens();
}

#[test]
fn a_directory_in_the_way_is_left_alone() {
    let team = Team::new();
    let file = team.compiled();
    fs::remove_file(&file).expect("remove");
    write(&file.join("mine.txt"), "mine");
    team.check_heals("not a file");
    assert_eq!(fs::read_to_string(file.join("mine.txt")).expect("still there"), "mine");
}

#[test]
fn without_a_writable_cache_it_works_in_memory() {
    let mut team = Team::new();
    assert!(open(&team.sources, None).expect("compiled").opening.trouble.is_none());
    team.cache = team.directory.path().join("kb/issues/TEAM-0001.md");
    team.check_memory("not a directory");
    team.cache = team.cache.join("below");
    team.check_memory("cannot be");
}

#[test]
fn many_at_once_all_get_a_whole_one() {
    let team = Team::new();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| team.open());
        }
    });
    assert_eq!(names(&team.cache).len(), 1, "nothing unfinished is left");
    team.check_opens();
}

#[test]
fn a_panic_becomes_a_problem() {
    let problem = without_panic(|| panic!("the {}th page", 7)).expect_err("a panic");
    assert_eq!(problem, "panic: the 7th page");
}

/// Writes finished forms whose time is so many seconds after `start`, and names them.
fn write_old(team: &Team, start: SystemTime, count: u64) -> Vec<String> {
    let form = fs::read(team.compiled()).expect("bytes");
    let names = (0..count).map(|number| {
        let name = format!("{number:032x}.kb");
        let file = fs::File::create(team.cache.join(&name)).expect("create");
        (&file).write_all(&form).expect("write");
        file.set_modified(start + Duration::from_secs(number)).expect("set");
        name
    });
    names.collect()
}

#[test]
fn a_clock_that_was_set_back_costs_no_new_file() {
    let team = Team::new();
    let future = SystemTime::now() + Duration::from_secs(1_000_000);
    write_old(&team, future, 12);
    write(&team.directory.path().join("kb/README.md"), "x");
    assert!(team.open().opening.fresh);
    team.check_opens();
    assert_eq!(names(&team.cache).len(), 8);
}

/// Files and directories that look like ours but are not, old forms, and leftovers.
#[test]
fn only_own_files_are_removed_and_the_newest_are_kept() {
    let team = Team::new();
    let old = write_old(&team, SystemTime::UNIX_EPOCH, 12);
    let form = fs::read(team.cache.join(&old[0])).expect("bytes");
    let foreign =
        ["a.kb".into(), "building-abcdef".into(), format!("{:032x}", 1), "f".repeat(32) + ".kb"];
    let directory = "e".repeat(32) + ".kb";
    for name in &foreign {
        fs::write(team.cache.join(name), "somebody else's").expect("write");
    }
    for directory in ["src", "building-dir123.kb", &directory] {
        write(&team.cache.join(directory).join("main.rs"), "somebody else's");
    }
    fs::write(team.cache.join("building-killed.kb"), &form).expect("write");
    fs::write(team.cache.join("building-alive0.kb"), &form).expect("write");
    let alive = fs::File::open(team.cache.join("building-alive0.kb")).expect("open");
    alive.try_lock().expect("a lock");
    write(&team.directory.path().join("kb/README.md"), "x");
    team.compiled();
    let left = names(&team.cache);
    for name in foreign.iter().map(String::as_str).chain(["src", "building-dir123.kb", &directory])
    {
        assert!(left.iter().any(|left| left == name), "{name} is gone: {left:?}");
    }
    assert!(left.contains(&"building-alive0.kb".to_owned()));
    assert!(!left.contains(&"building-killed.kb".to_owned()));
    let kept: Vec<&String> = old.iter().filter(|name| left.contains(name)).collect();
    assert_eq!(kept, [&old[6], &old[7], &old[8], &old[9], &old[10], &old[11]], "and two new ones");
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("set");
    }

    #[test]
    fn what_others_can_write_is_not_believed() {
        let team = Team::new();
        let file = team.compiled();
        assert_eq!(
            fs::metadata(&team.cache).expect("metadata").permissions().mode() & 0o777,
            0o700
        );
        assert_eq!(fs::metadata(&file).expect("metadata").permissions().mode() & 0o777, 0o600);
        set_mode(&file, 0o620);
        team.check_heals("other users can write it (mode 620)");
        set_mode(&team.cache, 0o777);
        team.check_memory("other users can write it (mode 777)");
        set_mode(&team.cache, 0o755);
        team.check_opens();
    }

    /// Needs the rights of root, as in a container; without them there is nothing to check.
    #[test]
    fn what_belongs_to_another_user_is_not_believed() {
        let team = Team::new();
        let file = team.compiled();
        if std::os::unix::fs::chown(&file, Some(12_345), None).is_ok() {
            team.check_heals("belongs to another user (12345)");
        }
        if std::os::unix::fs::chown(&team.cache, Some(12_345), None).is_ok() {
            team.check_memory("belongs to another user (12345)");
        }
    }

    #[test]
    fn a_link_is_not_followed() {
        let team = Team::new();
        let file = team.compiled();
        let elsewhere = team.directory.path().join("elsewhere.kb");
        fs::rename(&file, &elsewhere).expect("rename");
        symlink(&elsewhere, &file).expect("link");
        team.check_heals("cannot be opened");
        assert!(elsewhere.is_file() && !file.is_symlink());
    }

    #[test]
    fn nothing_is_removed_through_a_link() {
        let mut team = Team::new();
        let form = fs::read(team.compiled()).expect("bytes");
        let real = team.cache.clone();
        for number in 0..12 {
            fs::write(old(&real, number), &form).expect("write");
        }
        symlink(&real, team.directory.path().join("link")).expect("link");
        symlink(team.directory.path(), team.directory.path().join("way")).expect("link");
        for cache in ["link", "way/cache"] {
            write(&team.directory.path().join("kb/README.md"), cache);
            team.cache = team.directory.path().join(cache);
            team.compiled();
            assert!((0..12).all(|number| old(&real, number).exists()), "{cache}");
        }
    }

    fn old(cache: &Path, number: usize) -> PathBuf {
        cache.join(format!("{number:032x}.kb"))
    }
}
