//! Makes cargo embed the knowledge base, migrations and texts again when they change.

fn main() {
    for directory in ["kb", "migrations", "locales"] {
        println!("cargo::rerun-if-changed={directory}");
    }
}
