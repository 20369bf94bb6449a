//! The id of a request: in its answer and in every log line written for it, on any thread.

use std::future::Future;

use uuid::Uuid;

tokio::task_local! {
    static CURRENT: Uuid;
}

/// Runs a request with its id set.
pub async fn scope<F: Future>(id: Uuid, request: F) -> F::Output {
    CURRENT.scope(id, request).await
}

/// The id of the request that this thread works for.
pub fn current() -> Option<Uuid> {
    CURRENT.try_with(|id| *id).ok()
}

/// Carries the current id to another thread.
pub fn carry<T>(work: impl FnOnce() -> T) -> impl FnOnce() -> T {
    let id = current();
    move || match id {
        Some(id) => CURRENT.sync_scope(id, work),
        None => work(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn goes_along_to_another_thread() {
        let id = Uuid::now_v7();
        let there = scope(id, async { std::thread::spawn(carry(current)).join().unwrap() }).await;
        assert_eq!(there, Some(id));
        assert_eq!(current(), None);
    }
}
