//! From bytes to crashes: the corpus, every kind of input, and the decoded machine checks.

mod budget;
mod corpus;
mod forging;
mod hostile;
mod machine_checks;
mod ordinary;
mod redaction;
mod seeds;
mod sources;
