//! Memory that will be needed soon is fetched while there is other work.
//!
//! A large deployment does not fit into the caches of a core, and what an event is about was last looked at long ago. The
//! event set tells what comes soon, so nobody has to wait for that memory when it comes. What is written matters as well: a
//! core remembers some seventy writes, and waits when all of them wait for memory.

/// Has the line of the cache fetched that this begins in, where processors can be told so. It changes nothing else.
#[expect(clippy::inline_always, reason = "one instruction")]
#[inline(always)]
pub(crate) fn fetch<T>(what: &T) {
    #[cfg(target_arch = "x86_64")]
    safe_arch::prefetch_t0(what);
    #[cfg(not(target_arch = "x86_64"))]
    let _ = what;
}
