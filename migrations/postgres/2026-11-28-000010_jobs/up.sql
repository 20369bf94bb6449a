-- Work that is done in the background: leased by one process at a time, tried again, and gone when done.
-- While a job is leased, due_at is when the lease ends: then any process may take it over.
CREATE TABLE jobs (
    id uuid NOT NULL PRIMARY KEY,
    workspace_id bigint REFERENCES workspaces (id),
    kind text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    priority integer NOT NULL,
    payload text COLLATE "C" NOT NULL CHECK (payload LIKE 'enc:v1:%'),
    due_at timestamp(3) NOT NULL,
    lease uuid,
    attempts integer NOT NULL,
    failing_since timestamp(3),
    last_error text COLLATE "C",
    given_up_at timestamp(3),
    created_at timestamp(3) NOT NULL
);
CREATE UNIQUE INDEX jobs_workspace_id_subject_kind ON jobs (workspace_id, subject, kind);
-- The two that do not begin with the workspace: jobs of the whole service have none, and due work is found by its time.
CREATE UNIQUE INDEX jobs_subject_kind ON jobs (subject, kind) WHERE workspace_id IS NULL;
CREATE INDEX jobs_kind_priority_due_at ON jobs (kind, priority, due_at) WHERE given_up_at IS NULL;
