//! Reading and writing records on behalf of whoever calls `/rest`. What is answered is made inside the transaction,
//! and no secret leaves before its reading is written down.

use super::App;
use crate::{
    error::Result,
    models::caller::Presented,
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
            self.db.write(move |conn| reading::write_down(conn, &access, &readings)).await?;
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
            .write(move |conn| {
                let writer = presented.caller_locked(conn)?;
                let access = Access::of_writer(conn, &writer)?;
                let ids = write(&mut Writing { conn, access: &access, writer: &writer, vault: &vault })?;
                let mut loader = Loader::new(conn, &access, &vault);
                let bytes = show(&mut loader, &ids)?;
                let readings = loader.into_readings();
                reading::write_down(conn, &access, &readings)?;
                Ok(bytes)
            })
            .await
    }
}
