//! From bytes to crashes: the corpus, every kind of input, and the decoded machine checks.

mod corpus;
mod machine_checks;
mod seeds;
mod sources;
