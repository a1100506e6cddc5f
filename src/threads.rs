//! The threads that work is shared among: one for each processor, or the present one alone where the
//! system gives none.
//!
//! rayon panics when the threads of its global pool cannot be started (`ulimit -u`, a full container), and
//! ever after. So all sharing happens in a pool that is ours.

use std::sync::OnceLock;

use rayon::{ThreadPool, ThreadPoolBuilder};

/// Does `work`, whose parallel parts are shared among the threads of the present pool, or of one that is
/// made for all such work.
pub fn shared<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    static POOL: OnceLock<Option<ThreadPool>> = OnceLock::new();
    if rayon::current_thread_index().is_some() {
        return work();
    }
    match POOL.get_or_init(|| ThreadPoolBuilder::new().build().ok()) {
        Some(pool) => pool.install(work),
        None => alone(work),
    }
}

/// Does `work` on the present thread, which is a pool of its own from now on.
fn alone<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    match ThreadPoolBuilder::new().num_threads(1).use_current_thread().build() {
        Ok(pool) => pool.install(work),
        // Nothing is started, so that this does not fail.
        Err(_) => work(),
    }
}

#[cfg(test)]
mod tests {
    use rayon::prelude::*;

    use super::*;

    fn sum() -> u64 {
        (0..1000_u64).into_par_iter().sum()
    }

    #[test]
    fn work_is_shared_inside_and_outside_of_a_pool() {
        assert_eq!(shared(sum), 499_500);
        assert_eq!(shared(|| shared(sum)), 499_500);
    }

    #[test]
    fn one_thread_does_all_work_again_and_again() {
        let thread = std::thread::spawn(|| {
            let first = alone(sum);
            // The thread is in a pool now.
            (first, shared(sum), alone(sum))
        });
        assert_eq!(thread.join().expect("no panic"), (499_500, 499_500, 499_500));
    }
}
