//! What else a crash shows, in a few bits.

use super::CrashKeys;

/// What a crash shows that a signature may ask for, beside functions, message, kind, modules and worlds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shows {
    /// Functions of the reporting PCPU although another backtrace decides.
    pub reporter: bool,
    /// Banks of a machine check.
    pub checks: bool,
    /// A source file and line.
    pub source: bool,
    /// Log lines.
    pub logs: bool,
    /// Parts of the host: installed software, firmware, model, devices.
    pub host: bool,
}

impl Shows {
    /// What a crash with these keys shows.
    pub fn new(keys: &CrashKeys) -> Self {
        Self {
            reporter: !keys.reporter_frames.is_empty(),
            checks: !keys.checks.is_empty(),
            source: keys.source.is_some(),
            logs: !keys.logs.is_empty(),
            host: !keys.components.is_empty()
                || !keys.devices.is_empty()
                || keys.firmware.is_some()
                || keys.model.is_some(),
        }
    }

    /// One bit for each, so that it can be stored.
    pub fn bits(self) -> i64 {
        let all = [self.reporter, self.checks, self.source, self.logs, self.host];
        all.iter().enumerate().map(|(place, is_there)| i64::from(*is_there) << place).sum()
    }

    /// The opposite of [`Self::bits`].
    pub fn of_bits(bits: i64) -> Self {
        let [reporter, checks, source, logs, host] =
            [0, 1, 2, 3, 4].map(|place| bits >> place & 1 == 1);
        Self { reporter, checks, source, logs, host }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_comes_back() {
        for bits in 0..32 {
            assert_eq!(Shows::of_bits(bits).bits(), bits);
        }
    }
}
