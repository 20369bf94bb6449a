-- What happened to the records of a workspace, a row for each change, in the order of its ids.
-- actor_id: the user id of a person. person_id: the person whose the record is, or whom it is about.
-- label: what people called the record then. fields: names separated by commas.
CREATE TABLE events (
    id integer PRIMARY KEY AUTOINCREMENT NOT NULL,
    workspace_id bigint NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    at timestamp NOT NULL,
    actor_kind text NOT NULL
        CHECK (actor_kind = 'person' OR actor_kind = 'api_key' OR actor_kind = 'job' OR actor_kind = 'operator'),
    actor_id bigint,
    actor_name text,
    verb text NOT NULL CHECK (verb = 'created' OR verb = 'updated' OR verb = 'deleted'),
    object text NOT NULL,
    record_id text NOT NULL,
    label text,
    person_id bigint,
    change text,
    fields text NOT NULL,
    UNIQUE (workspace_id, id)
);
CREATE INDEX events_workspace_id_record_id ON events (workspace_id, record_id);
CREATE INDEX events_workspace_id_person_id ON events (workspace_id, person_id) WHERE person_id IS NOT NULL;
CREATE INDEX events_workspace_id_label ON events (workspace_id, label) WHERE object = 'invite';

-- Events before this moment may be deleted.
ALTER TABLE installation ADD COLUMN events_kept_since timestamp;

-- Only names can be emptied, when a person is erased.
CREATE TRIGGER events_append_only_update BEFORE UPDATE ON events
WHEN (NEW.id, NEW.workspace_id, NEW.at, NEW.actor_kind, NEW.verb, NEW.object, NEW.record_id, NEW.fields)
    <> (OLD.id, OLD.workspace_id, OLD.at, OLD.actor_kind, OLD.verb, OLD.object, OLD.record_id, OLD.fields)
    OR NEW.actor_id IS NOT OLD.actor_id
    OR NEW.person_id IS NOT OLD.person_id
    OR NEW.change IS NOT OLD.change
    OR (NEW.actor_name IS NOT NULL AND NEW.actor_name IS NOT OLD.actor_name)
    OR (NEW.label IS NOT NULL AND NEW.label IS NOT OLD.label)
BEGIN
    SELECT RAISE(ABORT, 'events are append-only');
END;

-- Only the sweep and the end of a workspace delete.
CREATE TRIGGER events_append_only_delete BEFORE DELETE ON events
WHEN EXISTS (SELECT 1 FROM workspaces WHERE id = OLD.workspace_id)
    AND NOT EXISTS (SELECT 1 FROM installation WHERE events_kept_since > OLD.at)
BEGIN
    SELECT RAISE(ABORT, 'events are append-only');
END;
