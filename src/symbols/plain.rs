//! Names as they stand in the source, for those of C++ and Rust.

/// The name as it stands in the source; `None` for one that compilers leave as it is.
pub fn plain_name(name: &str) -> Option<String> {
    /// Hostile names grow without end when they are taken apart.
    const MAX: usize = 1024;
    if name.len() > MAX {
        return None;
    }
    if let Ok(plain) = rustc_demangle::try_demangle(name) {
        return Some(format!("{plain:#}")).filter(|plain| plain.len() <= 8 * MAX);
    }
    if !name.starts_with("_Z") {
        return None;
    }
    let symbol = cpp_demangle::Symbol::new(name).ok()?;
    symbol.demangle().ok().filter(|plain| plain != name && plain.len() <= 8 * MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: Option<&str>) {
        assert_eq!(plain_name(name).as_deref(), expected, "{name}");
    }

    #[test]
    fn names_of_c_plus_plus_and_rust_are_taken_apart() {
        check("_ZN4heap5alloc17h0123456789abcdefE", Some("heap::alloc"));
        check("_ZN3Foo3barEi", Some("Foo::bar(int)"));
        check("lpfc_do_work", None);
        check("_Z", None);
        check(&format!("_Z{}", "N".repeat(100_000)), None);
    }
}
