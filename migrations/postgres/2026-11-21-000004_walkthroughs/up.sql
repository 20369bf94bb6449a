-- What a person chose about their walkthrough; how far they are is read from the rest.
CREATE TABLE walkthroughs (
    workspace_id bigint NOT NULL,
    user_id bigint NOT NULL,
    skipped text COLLATE "C" NOT NULL,
    hidden boolean NOT NULL,
    PRIMARY KEY (workspace_id, user_id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id) ON DELETE CASCADE
);
