-- A webhook is called while off_because is null. failing_since: the first failure since its last delivery.
ALTER TABLE webhooks ADD COLUMN off_because text
    CHECK (off_because = 'not_confirmed' OR off_because = 'gone' OR off_because = 'nothing_delivered');
ALTER TABLE webhooks ADD COLUMN failing_since timestamp;
-- Whoever wrote them could not expect that they are called.
UPDATE webhooks SET off_because = 'not_confirmed';

-- The calls of webhooks, a row for each event and webhook that asks for it.
-- event_id and record_id are null in a test. queued_at: when it was created or sent again. While a delivery is leased, due_at is when the lease ends.
CREATE TABLE webhook_deliveries (
    workspace_id bigint NOT NULL,
    id text NOT NULL,
    webhook_id text NOT NULL,
    event_id bigint,
    record_id text,
    event_name text NOT NULL,
    body text NOT NULL CHECK (body LIKE 'enc:v1:%'),
    created_at timestamp NOT NULL,
    queued_at timestamp NOT NULL,
    due_at timestamp NOT NULL,
    lease text,
    attempts integer NOT NULL,
    attempted_at timestamp,
    status integer,
    last_error text,
    settled_at timestamp,
    outcome text CHECK (outcome = 'delivered' OR outcome = 'given_up' OR outcome = 'switched_off'),
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, webhook_id) REFERENCES webhooks (workspace_id, id) ON DELETE CASCADE,
    CHECK ((settled_at IS NULL) = (outcome IS NULL))
);
CREATE INDEX webhook_deliveries_workspace_id_webhook_id_created_at
    ON webhook_deliveries (workspace_id, webhook_id, created_at);
CREATE INDEX webhook_deliveries_workspace_id_webhook_id_due_at
    ON webhook_deliveries (workspace_id, webhook_id, due_at) WHERE settled_at IS NULL;
CREATE INDEX webhook_deliveries_workspace_id_webhook_id_record_id
    ON webhook_deliveries (workspace_id, webhook_id, record_id) WHERE settled_at IS NULL;
CREATE INDEX webhook_deliveries_workspace_id_webhook_id ON webhook_deliveries (workspace_id, webhook_id)
    WHERE lease IS NOT NULL;
CREATE INDEX webhook_deliveries_workspace_id_record_id ON webhook_deliveries (workspace_id, record_id);
CREATE INDEX webhook_deliveries_workspace_id_queued_at ON webhook_deliveries (workspace_id, queued_at);
-- Does not begin with the workspace: due work is found by its time.
CREATE INDEX webhook_deliveries_due_at ON webhook_deliveries (due_at) WHERE settled_at IS NULL;
