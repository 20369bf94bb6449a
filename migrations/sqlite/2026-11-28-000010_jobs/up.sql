-- Work that is done in the background: leased by one process at a time, tried again, and gone when done.
-- While a job is leased, due_at is when the lease ends: then any process may take it over.
CREATE TABLE jobs (
    id text NOT NULL PRIMARY KEY,
    workspace_id bigint REFERENCES workspaces (id),
    kind text NOT NULL,
    subject text NOT NULL,
    priority integer NOT NULL,
    payload text NOT NULL CHECK (payload LIKE 'enc:v1:%'),
    due_at timestamp NOT NULL,
    lease text,
    attempts integer NOT NULL,
    failing_since timestamp,
    last_error text,
    given_up_at timestamp,
    created_at timestamp NOT NULL
);
CREATE UNIQUE INDEX jobs_workspace_id_subject_kind ON jobs (workspace_id, subject, kind);
-- The two that do not begin with the workspace: jobs of the whole service have none, and due work is found by its time.
CREATE UNIQUE INDEX jobs_subject_kind ON jobs (subject, kind) WHERE workspace_id IS NULL;
CREATE INDEX jobs_kind_priority_due_at ON jobs (kind, priority, due_at) WHERE given_up_at IS NULL;
