//! Names of functions without what compilers add to them.

/// Suffixes that compilers append to a function's name.
const COMPILER_SUFFIXES: &[&str] = &[".isra", ".part", ".constprop", ".cold", ".llvm", ".lto_priv"];

/// The comparable form of a function name.
pub fn function_name(name: &str) -> &str {
    // Asked for every pair of frames that is compared: nearly no name has a dot.
    let mut dots = name.match_indices('.').map(|(dot, _)| dot);
    let end =
        dots.find(|&dot| COMPILER_SUFFIXES.iter().any(|suffix| name[dot..].starts_with(suffix)));
    let name = &name[..end.unwrap_or(name.len())];
    name.strip_suffix("()").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_what_compilers_add() {
        assert_eq!(function_name("DLM_free.isra.0"), "DLM_free");
        assert_eq!(function_name("v1.2.isra.0.part.1"), "v1.2");
        assert_eq!(function_name("lpfc_external_dif_cmpl()"), "lpfc_external_dif_cmpl");
    }
}
