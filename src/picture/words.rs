//! What purple screens print: the vocabulary that decides between characters of equal likeness.

/// The vocabulary of a reader, from names that its caller knows.
#[derive(Debug, Clone, Default)]
pub struct Words {
    names: Vec<String>,
}

impl Words {
    /// A vocabulary of names of functions, modules and whatever else screens print.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Words {
        Words { names: names.into_iter().map(str::to_owned).collect() }
    }
}
