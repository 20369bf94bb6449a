-- A webhook is called while off_because is null. failing_since: the first failure since its last delivery.
ALTER TABLE webhooks ADD COLUMN off_because text
    CHECK (off_because = 'not_confirmed' OR off_because = 'gone' OR off_because = 'nothing_delivered');
ALTER TABLE webhooks ADD COLUMN failing_since timestamp;
-- Whoever wrote them could not expect that they are called.
UPDATE webhooks SET off_because = 'not_confirmed';

-- The calls of webhooks, a row for each event and webhook that asks for it. A delivery waits until it has an outcome.
-- id: of the message, which is the same for all webhooks that ask for the event, and grows with time.
-- event_id and record_id are null in a test. fields: those that an update changed, separated by commas.
-- queued_at: when it was created or sent again. While a delivery is leased, due_at is when the lease ends.
CREATE TABLE webhook_deliveries (
    workspace_id bigint NOT NULL,
    webhook_id text NOT NULL,
    id text NOT NULL,
    event_id bigint,
    record_id text,
    event_name text NOT NULL,
    fields text,
    record text NOT NULL CHECK (record LIKE 'enc:v1:%'),
    created_at timestamp NOT NULL,
    queued_at timestamp NOT NULL,
    due_at timestamp NOT NULL,
    lease text,
    attempts integer NOT NULL,
    attempted_at timestamp,
    status integer,
    last_error text,
    outcome text CHECK (outcome = 'delivered' OR outcome = 'given_up' OR outcome = 'switched_off'),
    PRIMARY KEY (workspace_id, webhook_id, id),
    FOREIGN KEY (workspace_id, webhook_id) REFERENCES webhooks (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX webhook_deliveries_workspace_id_webhook_id_due_at
    ON webhook_deliveries (workspace_id, webhook_id, due_at) WHERE outcome IS NULL;
CREATE INDEX webhook_deliveries_workspace_id_webhook_id_record_id
    ON webhook_deliveries (workspace_id, webhook_id, record_id) WHERE outcome IS NULL;
CREATE INDEX webhook_deliveries_workspace_id_webhook_id ON webhook_deliveries (workspace_id, webhook_id)
    WHERE lease IS NOT NULL;
