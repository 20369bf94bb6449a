//! Reads and writes records for the caller of a request. Responses are rendered inside the transaction, and a token
//! reading is recorded before its secret is sent.

use std::{mem, sync::Arc};

use super::{
    load::{Loader, ShownTokens},
    permissions::Permissions,
    token_readings,
    transaction::{Body, Transaction},
};
use crate::{
    answer_budget::{AnswerBudget, AnswerBytes},
    catalogue::object::Object,
    db::{Conn, Db, Lane},
    error::{Error, Result},
    idempotency::{self, KeyedRequest, MAX_BODY_BYTES, Next, Stored, StoredResponse},
    large_buffer::pieces::Pieces,
    models::{
        caller::{Caller, Credentials},
        grant::refreshing::Refresher,
        session,
        vault::Vault,
    },
};

/// The status of the response to a create.
const CREATED: u16 = 201;

/// The entry point of `/rest` to the records.
pub struct Records {
    db: Db,
    vault: Vault,
    answers: AnswerBudget,
    refresher: Refresher,
}

/// The response to a create: new, or the stored response of its idempotency key.
#[derive(Debug)]
pub enum Created {
    New(AnswerBytes),
    Replayed { status: u16, body: AnswerBytes },
}

/// The response to a read, before its token readings are recorded.
struct ReadAnswer {
    permissions: Permissions,
    shown: ShownTokens,
    bytes: AnswerBytes,
}

struct Rendered {
    bytes: AnswerBytes,
    has_secrets: bool,
}

impl Records {
    pub fn new(db: &Db, vault: &Vault, answers: &AnswerBudget, refresher: Refresher) -> Self {
        let (vault, answers) = (vault.clone(), answers.clone());
        Self { db: db.with_long_timeouts(), vault, answers, refresher }
    }

    /// Runs `work` for the caller; records the last use of the session or key once an hour.
    pub async fn view<T, F>(&self, credentials: Credentials, work: F) -> Result<T>
    where
        F: Fn(&mut Conn, &Caller) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let (caller, found) = self
            .db
            .in_workspace(credentials.first_lock())
            .read(move |conn| {
                let caller = credentials.load_caller(conn)?;
                let found = work(conn, &caller)?;
                Ok((caller, found))
            })
            .await?;
        if caller.is_use_due() {
            session::record_use(&self.db, caller.workspace_id(), move |conn| caller.record_use(conn)).await;
        }
        Ok(found)
    }

    /// Renders a response, and records its token readings; refuses a caller that may not read. Tokens that end soon are
    /// refreshed first, and then the response is rendered again.
    pub async fn read<F>(&self, credentials: Credentials, render: F) -> Result<AnswerBytes>
    where
        F: Fn(&mut Loader) -> Result<Pieces> + Send + Sync + 'static,
    {
        let render = Arc::new(render);
        let mut rendered = self.render(credentials.clone(), Arc::clone(&render), false).await?;
        let ending = mem::take(&mut rendered.shown.granted.ending);
        if !ending.is_empty() && self.refresher.is_configured() {
            drop(rendered);
            self.refresher.refresh_ending(ending).await;
            rendered = self.render(credentials, render, true).await?;
        }
        let ReadAnswer { permissions, shown, bytes } = rendered;
        let count = shown.readings.len();
        if count > 0 {
            let lane = Lane::Workspace(permissions.workspace_id());
            let record = move |conn: &mut Conn| token_readings::record(conn, &permissions, &shown);
            self.db.in_lane(lane).write_among_reads(count, record).await?;
        }
        Ok(bytes)
    }

    async fn render<F>(
        &self,
        credentials: Credentials,
        render: Arc<F>,
        has_refreshed: bool,
    ) -> Result<ReadAnswer>
    where
        F: Fn(&mut Loader) -> Result<Pieces> + Send + Sync + 'static,
    {
        let (vault, answers) = (self.vault.clone(), self.answers.clone());
        self.view(credentials, move |conn, caller| {
            let permissions = Permissions::new(caller.clone());
            permissions.expect_reading()?;
            let mut loader = Loader::new(conn, &permissions, &vault, &answers);
            loader.has_refreshed = has_refreshed;
            let bytes = render(&mut loader)?;
            let (bytes, shown) = loader.finish(bytes)?;
            Ok(ReadAnswer { permissions, shown, bytes })
        })
        .await
    }

    /// The error for an invalid query; errors about the caller come first.
    pub async fn query_error(&self, credentials: Credentials, parse_error: Error) -> Error {
        self.read(credentials, |_| Ok(Pieces::default())).await.err().unwrap_or(parse_error)
    }

    /// Runs `write`, then renders the records with the ids that it returns.
    pub async fn write<W, R>(&self, credentials: Credentials, write: W, render: R) -> Result<AnswerBytes>
    where
        W: Fn(&mut Transaction) -> Result<Vec<String>> + Send + 'static,
        R: Fn(&mut Loader, &[String]) -> Result<Pieces> + Send + 'static,
    {
        let db = self.db.in_workspace(credentials.first_lock());
        db.write(self.writing(credentials, write, render)).await
    }

    /// The same for a change that may concern many other records, and so take long.
    pub async fn write_long<W, R>(&self, credentials: Credentials, write: W, render: R) -> Result<AnswerBytes>
    where
        W: Fn(&mut Transaction) -> Result<Vec<String>> + Send + 'static,
        R: Fn(&mut Loader, &[String]) -> Result<Pieces> + Send + 'static,
    {
        let db = self.db.in_workspace(credentials.first_lock());
        db.write_long(self.writing(credentials, write, render)).await
    }

    fn writing<W, R>(
        &self,
        credentials: Credentials,
        write: W,
        render: R,
    ) -> impl Fn(&mut Conn) -> Result<AnswerBytes> + Send + use<W, R>
    where
        W: Fn(&mut Transaction) -> Result<Vec<String>> + Send + 'static,
        R: Fn(&mut Loader, &[String]) -> Result<Pieces> + Send + 'static,
    {
        let (vault, answers) = (self.vault.clone(), self.answers.clone());
        move |conn| {
            let caller = credentials.load_locked_caller(conn)?;
            let permissions = Permissions::for_write(&caller);
            let mut tx =
                Transaction { conn, permissions: &permissions, caller: &caller, vault: &vault, fresh: None };
            let ids = write(&mut tx)?;
            Ok(tx.render(&ids, &answers, &render)?.bytes)
        }
    }

    /// Creates records, once per idempotency key. The stored response contains no secrets, and is replayed only to a
    /// caller that may still create the records. Of a large response only the ids are stored.
    pub async fn create<R>(
        &self,
        credentials: Credentials,
        request: Option<KeyedRequest>,
        object: &'static Object,
        bodies: Vec<Body>,
        render: R,
    ) -> Result<Created>
    where
        R: Fn(&mut Loader, &[String]) -> Result<Pieces> + Send + 'static,
    {
        let (vault, answers) = (self.vault.clone(), self.answers.clone());
        self.db
            .in_workspace(credentials.first_lock())
            .write_many(bodies.len(), move |conn| {
                let caller = credentials.load_locked_caller(conn)?;
                let permissions = Permissions::for_write(&caller);
                let sender = caller.sender();
                let mut tx = Transaction {
                    conn,
                    permissions: &permissions,
                    caller: &caller,
                    vault: &vault,
                    fresh: None,
                };
                let slot = match idempotency::next(tx.conn, vault.ring(), request.as_ref(), &sender)? {
                    Next::Run(slot) => slot,
                    Next::Replay(stored) => {
                        tx.expect_authority(object, &bodies)?;
                        return tx.replay(stored, &answers, &render);
                    }
                };
                let ids = tx.create(object, &bodies)?;
                let rendered = tx.render(&ids, &answers, &render)?;
                slot.store(tx.conn, vault.ring(), |conn| {
                    if rendered.bytes.len() > MAX_BODY_BYTES {
                        return Ok(Stored::Records { status: CREATED, ids });
                    }
                    let body = if rendered.has_secrets {
                        render(&mut Loader::without_secrets(conn, &permissions, &vault, &answers), &ids)?
                            .to_vec()
                    } else {
                        rendered.bytes.to_vec()
                    };
                    Ok(Stored::Whole(StoredResponse { status: CREATED, body }))
                })?;
                Ok(Created::New(rendered.bytes))
            })
            .await
    }
}

impl Transaction<'_> {
    /// Renders the records, and records their token readings.
    fn render(
        &mut self,
        ids: &[String],
        answers: &AnswerBudget,
        render: impl Fn(&mut Loader, &[String]) -> Result<Pieces>,
    ) -> Result<Rendered> {
        let mut loader = Loader::new(self.conn, self.permissions, self.vault, answers);
        loader.fresh = self.fresh.take();
        let bytes = render(&mut loader, ids)?;
        let (bytes, shown) = loader.finish(bytes)?;
        token_readings::record(self.conn, self.permissions, &shown)?;
        Ok(Rendered { bytes, has_secrets: !shown.readings.is_empty() })
    }

    /// The stored response, or its records as they are now, without secrets.
    fn replay(
        &mut self,
        stored: Stored,
        answers: &AnswerBudget,
        render: impl Fn(&mut Loader, &[String]) -> Result<Pieces>,
    ) -> Result<Created> {
        match stored {
            Stored::Whole(StoredResponse { status, body }) => {
                Ok(Created::Replayed { status, body: body.into() })
            }
            Stored::Records { status, ids } => {
                let mut loader = Loader::without_secrets(self.conn, self.permissions, self.vault, answers);
                let bytes = render(&mut loader, &ids)?;
                Ok(Created::Replayed { status, body: loader.finish(bytes)?.0 })
            }
        }
    }
}
