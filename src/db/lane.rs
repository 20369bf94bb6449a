//! For whom a transaction runs. Lanes take turns in front of the database.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// For nobody in particular: sign-ins, jobs, calls for several workspaces.
    Service,
    /// For `/health/ready`.
    Readiness,
    /// For this workspace, as far as that is known before the transaction. It decides nothing but when the transaction
    /// runs.
    Workspace(i64),
}

impl Lane {
    pub fn of_workspace(id: Option<i64>) -> Self {
        id.map_or(Self::Service, Self::Workspace)
    }
}
