CREATE TABLE teams (
    id integer PRIMARY KEY AUTOINCREMENT NOT NULL,
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    name text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    UNIQUE (workspace_id, id)
);

CREATE TABLE team_memberships (
    workspace_id bigint NOT NULL,
    team_id bigint NOT NULL,
    user_id bigint NOT NULL,
    role text NOT NULL CHECK (role IN ('admin', 'member')),
    created_at timestamp NOT NULL,
    PRIMARY KEY (workspace_id, team_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX team_memberships_workspace_id_user_id ON team_memberships (workspace_id, user_id);

CREATE TABLE invites (
    id integer PRIMARY KEY AUTOINCREMENT NOT NULL,
    uuid text NOT NULL,
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    email text NOT NULL,
    token text NOT NULL CHECK (token LIKE 'enc:v1:%'),
    sender_id bigint,
    location text,
    created_at timestamp NOT NULL,
    expires_at timestamp NOT NULL,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, sender_id) REFERENCES memberships (workspace_id, user_id) DEFERRABLE INITIALLY DEFERRED
);
CREATE UNIQUE INDEX invites_workspace_id_email ON invites (workspace_id, email);

CREATE TABLE invite_teams (
    workspace_id bigint NOT NULL,
    invite_id bigint NOT NULL,
    team_id bigint NOT NULL,
    PRIMARY KEY (workspace_id, invite_id, team_id),
    FOREIGN KEY (workspace_id, invite_id) REFERENCES invites (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id) ON DELETE CASCADE
);

-- Which invites a session has shown the token of.
CREATE TABLE presented_invites (
    workspace_id bigint NOT NULL,
    invite_id bigint NOT NULL,
    session_id bigint NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    PRIMARY KEY (workspace_id, invite_id, session_id),
    FOREIGN KEY (workspace_id, invite_id) REFERENCES invites (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX presented_invites_session_id ON presented_invites (session_id);
