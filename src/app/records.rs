//! Reading and writing records on behalf of whoever calls `/rest`. What is answered is made inside the transaction,
//! and no secret leaves before its reading is written down.

use super::App;
use crate::{
    catalogue::object::Object,
    error::Result,
    models::{
        caller::{Caller, Presented},
        idempotency::{Attempt, Author, Kept},
    },
    records::{
        access::Access,
        load::Loader,
        reading,
        writing::{Body, Writing},
    },
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
    pub async fn write_records<W, S>(&self, presented: Presented, write: W, show: S) -> Result<Vec<u8>>
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
                let mut writing = Writing { conn, access: &access, writer: &writer, vault: &vault };
                let ids = write(&mut writing)?;
                Ok(writing.shown(&ids, &show)?.bytes)
            })
            .await
    }

    /// The same for a create. One that came with a key of its own happens once; what is kept of its answer holds no
    /// secret, and is given again to those who may still create.
    pub async fn create_records<S>(
        &self,
        presented: Presented,
        attempt: Option<Attempt>,
        object: &'static Object,
        bodies: Vec<Body>,
        show: S,
    ) -> Result<Created>
    where
        S: Fn(&mut Loader, &[String]) -> Result<Vec<u8>> + Send + 'static,
    {
        let vault = self.vault.clone();
        self.db
            .patient()
            .write(move |conn| {
                let writer = presented.caller_locked(conn)?;
                let access = Access::of_writer(conn, &writer)?;
                let author = author(&access);
                let mut writing = Writing { conn, access: &access, writer: &writer, vault: &vault };
                if let Some(attempt) = &attempt
                    && let Some(kept) = attempt.earlier(writing.conn, &vault, &author)?
                {
                    writing.expect_authority(object, &bodies)?;
                    return Ok(Created::Again(kept));
                }
                let ids = writing.create(object, &bodies)?;
                let shown = writing.shown(&ids, &show)?;
                if let Some(attempt) = &attempt {
                    let body = if shown.has_secrets {
                        show(&mut Loader::discreet(writing.conn, &access, &vault), &ids)?
                    } else {
                        shown.bytes.clone()
                    };
                    attempt.keep(writing.conn, &vault, &author, &Kept { status: 201, body })?;
                }
                Ok(Created::Now(shown.bytes))
            })
            .await
    }
}

/// An answer to a write.
struct Shown {
    bytes: Vec<u8>,
    has_secrets: bool,
}

impl Writing<'_> {
    /// The secrets among what is shown are written down as read.
    fn shown(
        &mut self,
        ids: &[String],
        show: impl Fn(&mut Loader, &[String]) -> Result<Vec<u8>>,
    ) -> Result<Shown> {
        let mut loader = Loader::new(self.conn, self.access, self.vault);
        let bytes = show(&mut loader, ids)?;
        let readings = loader.into_readings();
        reading::write_down(self.conn, self.access, &readings)?;
        Ok(Shown { bytes, has_secrets: !readings.is_empty() })
    }
}

/// What came of a create: bytes just made, or an answer given before.
#[derive(Debug)]
pub enum Created {
    Now(Vec<u8>),
    Again(Kept),
}

fn author(access: &Access) -> Author {
    match &access.caller {
        Caller::Person(viewer) => Author::person(viewer),
        Caller::Key(holder) => Author {
            workspace_id: holder.workspace_id,
            caller: format!("key/{}", holder.key_id.0),
            now: holder.now,
        },
    }
}
