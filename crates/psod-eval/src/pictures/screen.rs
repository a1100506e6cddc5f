//! A crash text as the screen that prints it: rows of a console, wrapped and cut.

/// How a console shows text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Console {
    /// Characters in a row.
    pub columns: usize,
    /// Rows.
    pub rows: usize,
    /// Pixels from one character to the next: one more than the font has in text mode.
    pub cell: (usize, usize),
    /// Pixels of the whole screen.
    pub size: (usize, usize),
}

/// The framebuffer of today's releases, a smaller one, and the text mode of ESX 3.
pub const CONSOLES: [Console; 3] = [
    Console { columns: 128, rows: 48, cell: (8, 16), size: (1024, 768) },
    Console { columns: 100, rows: 37, cell: (8, 16), size: (800, 600) },
    Console { columns: 80, rows: 25, cell: (9, 16), size: (720, 400) },
];

/// What a crash text prints, without the notes of the knowledge base above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screen {
    lines: Vec<String>,
}

/// A row of the console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The characters, blanks at the end left out.
    pub text: String,
    /// Does it continue the line of the row above?
    pub continues: bool,
    /// The heading is yellow.
    pub heading: bool,
}

/// A screen always begins with the release and ends with these lines; articles leave both out.
const HEADING: &str = "VMware ESXi 7.0.3 [Releasebuild-20328353 x86_64]";
const CLOSING: [&str; 2] = [
    "Coredump to disk. Slot 1 of 1 on device naa.600508b1001c3ad5:9.",
    "No port for remote debugger. Press \"Escape\" for local debugger.",
];

/// Fewer lines are an excerpt of an article: its picture has nothing to read a grid from.
const MIN_LINES: usize = 4;

/// Log lines begin with a time; a screen has none.
const LOG_MARKS: [&str; 2] = ["20", "cpu"];

impl Screen {
    /// The screen of a crash text of the knowledge base, if a screen printed it.
    #[must_use]
    pub fn of(crash: &str) -> Option<Self> {
        let (_, body) = crash.split_once("\n\n")?;
        let given: Vec<&str> = body.lines().map(str::trim_end).collect();
        let full = given.iter().filter(|line| !line.is_empty()).count();
        let drawn = given.iter().all(|line| line.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
        let logged = given.iter().any(|line| is_logged(line));
        if full < MIN_LINES || !drawn || logged {
            return None;
        }
        let mut lines: Vec<String> = given.iter().map(|line| with_digits(line)).collect();
        while lines.last().is_some_and(String::is_empty) {
            lines.pop();
        }
        if !lines.iter().any(|line| line.starts_with("VMware ESX")) {
            lines.insert(0, HEADING.to_owned());
        }
        lines.extend(CLOSING.map(str::to_owned));
        Some(Self { lines })
    }

    /// All lines.
    #[must_use]
    pub fn text(&self) -> String {
        self.lines.iter().map(|line| format!("{line}\n")).collect()
    }

    /// The rows of a console: a longer line goes on in the next row, and one that fills its last row
    /// exactly is followed by an empty one, because the cursor stands there when the line ends.
    #[must_use]
    pub fn rows(&self, console: Console) -> Vec<Row> {
        let mut rows = Vec::new();
        for line in &self.lines {
            let heading = line.starts_with("VMware ESX");
            let letters: Vec<char> = line.chars().collect();
            let mut pieces: Vec<String> =
                letters.chunks(console.columns).map(|piece| piece.iter().collect()).collect();
            if letters.len().is_multiple_of(console.columns) {
                pieces.push(String::new());
            }
            for (at, text) in pieces.into_iter().enumerate() {
                rows.push(Row { text, continues: at > 0, heading });
            }
        }
        rows.truncate(console.rows);
        rows
    }
}

/// The text of rows, wrapped ones joined: what a perfect reader answers.
#[must_use]
pub fn text_of(rows: &[Row]) -> String {
    let mut text = String::new();
    for (at, row) in rows.iter().enumerate() {
        if at > 0 && !row.continues {
            text.push('\n');
        }
        text.push_str(&row.text);
    }
    text + "\n"
}

/// Publishers mask digits as `0x####`; a screen prints digits there.
fn with_digits(line: &str) -> String {
    let mut rng = fastrand::Rng::with_seed(line.len() as u64);
    let mut is_number = false;
    let letters = line.chars().map(|letter| {
        is_number = letter == 'x' || (is_number && (letter == '#' || letter.is_ascii_hexdigit()));
        if letter == '#' && is_number { rng.digit(16) } else { letter }
    });
    letters.collect()
}

fn is_logged(line: &str) -> bool {
    let dated = line.starts_with(LOG_MARKS[0]) && line.as_bytes().get(4) == Some(&b'-');
    let counted = line.split_whitespace().take(3).any(|word| {
        word.strip_prefix(LOG_MARKS[1]).is_some_and(|rest| {
            rest.contains(':') && rest.starts_with(|first: char| first.is_ascii_digit())
        })
    });
    dated || (counted && line.contains(')'))
}
