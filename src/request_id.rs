//! The id of a request, which is in its response and in each log line about it, on every thread.

use std::future::Future;

use uuid::Uuid;

tokio::task_local! {
    static CURRENT: Uuid;
}

/// Runs a request as the one with this id.
pub async fn scope<F: Future>(id: Uuid, request: F) -> F::Output {
    CURRENT.scope(id, request).await
}

/// The id of the request that this thread works on.
pub fn current() -> Option<Uuid> {
    CURRENT.try_with(|id| *id).ok()
}

/// Wraps a closure so that it has the current id on another thread.
pub fn carry<T>(work: impl FnOnce() -> T) -> impl FnOnce() -> T {
    let id = current();
    move || run_as(id, work)
}

/// Runs a closure with this id, on any thread.
pub fn run_as<T>(id: Option<Uuid>, work: impl FnOnce() -> T) -> T {
    match id {
        Some(id) => CURRENT.sync_scope(id, work),
        None => work(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn is_carried_to_another_thread() {
        let id = Uuid::now_v7();
        let there = scope(id, async { std::thread::spawn(carry(current)).join().unwrap() }).await;
        assert_eq!(there, Some(id));
        assert_eq!(current(), None);
    }
}
