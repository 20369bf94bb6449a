//! Reading and writing records on behalf of whoever calls `/rest`. What is answered is made inside the transaction,
//! and no secret leaves before its reading is written down.

use super::App;
use crate::{
    error::Result,
    models::{
        caller::{Caller, Presented},
        idempotency::{Attempt, Author, Kept},
    },
    records::{access::Access, load::Loader, reading, writing::Writing},
};

impl App {
    /// The bytes that `work` makes of what it loads.
    pub async fn read_records<F>(&self, presented: Presented, work: F) -> Result<Vec<u8>>
    where
        F: Fn(&mut Loader) -> Result<Vec<u8>> + Send + 'static,
    {
        let vault = self.vault.clone();
        let (access, readings, bytes) = self
            .view_as(presented, move |conn, caller| {
                let access = Access::of(conn, caller.clone())?;
                access.expect_reading()?;
                let mut loader = Loader::new(conn, &access, &vault);
                let bytes = work(&mut loader)?;
                let readings = loader.into_readings();
                Ok((access, readings, bytes))
            })
            .await?;
        if !readings.is_empty() {
            self.db.patient().write(move |conn| reading::write_down(conn, &access, &readings)).await?;
        }
        Ok(bytes)
    }

    /// Writes, then the bytes that `show` makes of the records with the ids that writing gave.
    /// A create that came with a key of its own happens once.
    pub async fn write_records<W, S>(
        &self,
        presented: Presented,
        attempt: Option<Attempt>,
        write: W,
        show: S,
    ) -> Result<Written>
    where
        W: Fn(&mut Writing) -> Result<Vec<String>> + Send + 'static,
        S: Fn(&mut Loader, &[String]) -> Result<Vec<u8>> + Send + 'static,
    {
        let vault = self.vault.clone();
        self.db
            .patient()
            .write(move |conn| {
                let writer = presented.caller_locked(conn)?;
                let access = Access::of_writer(conn, &writer)?;
                let author = author(&access);
                if let Some(attempt) = &attempt
                    && let Some(kept) = attempt.earlier(conn, &vault, &author)?
                {
                    return Ok(Written::Again(kept));
                }
                let ids = write(&mut Writing { conn, access: &access, writer: &writer, vault: &vault })?;
                let mut loader = Loader::new(conn, &access, &vault);
                let bytes = show(&mut loader, &ids)?;
                let readings = loader.into_readings();
                reading::write_down(conn, &access, &readings)?;
                if let Some(attempt) = &attempt {
                    let kept = Kept { status: 201, body: bytes };
                    attempt.keep(conn, &vault, &author, &kept)?;
                    return Ok(Written::Now(kept.body));
                }
                Ok(Written::Now(bytes))
            })
            .await
    }
}

/// What came of a write: bytes just made, or an answer given before.
#[derive(Debug)]
pub enum Written {
    Now(Vec<u8>),
    Again(Kept),
}

fn author(access: &Access) -> Author {
    let caller = match &access.caller {
        Caller::Key(holder) => format!("key/{}", holder.key_id.0),
        Caller::Person(viewer) => format!("user/{}", viewer.user_id),
    };
    Author { workspace_id: access.workspace_id(), caller, now: access.caller.now() }
}
