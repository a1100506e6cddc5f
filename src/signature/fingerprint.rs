//! A short name for "the same backtrace".

use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::KeyFrame;

/// Version of the rules: it changes when the same crash would get another fingerprint.
const VERSION: &str = "v1";
/// Bytes of the digest that are kept.
const LENGTH: usize = 8;

/// The versioned hash of the story frames; `None` without any.
pub fn fingerprint(frames: &[KeyFrame]) -> Option<String> {
    if frames.is_empty() {
        return None;
    }
    let mut digest = Sha256::new();
    for frame in frames {
        digest.update(frame.function.as_bytes());
        digest.update(b"\n");
    }
    let mut text = format!("{VERSION}:");
    for byte in digest.finalize().iter().take(LENGTH) {
        let _ = write!(text, "{byte:02x}");
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(function: &str, index: usize) -> KeyFrame {
        KeyFrame::new(function, Some("vmkernel"), index)
    }

    #[test]
    fn only_names_and_their_order_count() {
        let one = fingerprint(&[frame("A", 0), frame("B", 1)]);
        assert_eq!(one, fingerprint(&[frame("A", 3), frame("B", 7)]));
        assert_ne!(one, fingerprint(&[frame("B", 0), frame("A", 1)]));
        assert_eq!(fingerprint(&[]), None);
        assert_eq!(fingerprint(&[frame("A", 0)]).as_deref(), Some("v1:06f961b802bc46ee"));
    }
}
