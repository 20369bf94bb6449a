CREATE TABLE installation (
    id integer NOT NULL PRIMARY KEY CHECK (id = 1),
    uuid text NOT NULL,
    identity_key text NOT NULL CHECK (identity_key LIKE 'enc:v1:%'),
    created_at timestamp NOT NULL
);

-- Every key that has ever sealed something here, with a proof only that key opens.
CREATE TABLE sealing_keys (
    id text NOT NULL PRIMARY KEY,
    proof text NOT NULL CHECK (proof LIKE 'enc:v1:%'),
    created_at timestamp NOT NULL
);

CREATE TABLE workspaces (
    id integer PRIMARY KEY AUTOINCREMENT NOT NULL,
    uuid text NOT NULL,
    name text NOT NULL,
    organization_type text,
    custom_organization_type text,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
);

CREATE TABLE users (
    id integer PRIMARY KEY AUTOINCREMENT NOT NULL,
    uuid text NOT NULL,
    workspace_id bigint NOT NULL,
    email text NOT NULL,
    password_digest text NOT NULL,
    first_name text,
    last_name text,
    role_in_organization text,
    state text,
    city text,
    avatar_image text,
    mode text NOT NULL,
    reset_digest text,
    reset_expires_at timestamp,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    FOREIGN KEY (workspace_id, id) REFERENCES memberships (workspace_id, user_id) DEFERRABLE INITIALLY DEFERRED
);
CREATE UNIQUE INDEX users_email ON users (email);
CREATE UNIQUE INDEX users_reset_digest ON users (reset_digest);
CREATE UNIQUE INDEX users_id_workspace_id ON users (id, workspace_id);

-- A person stands in exactly one workspace: each of the two rows names the other.
CREATE TABLE memberships (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    user_id bigint NOT NULL,
    uuid text NOT NULL,
    role integer NOT NULL CHECK (role BETWEEN 1 AND 3),
    created_at timestamp NOT NULL,
    PRIMARY KEY (workspace_id, user_id),
    FOREIGN KEY (user_id, workspace_id) REFERENCES users (id, workspace_id) DEFERRABLE INITIALLY DEFERRED
);
CREATE UNIQUE INDEX memberships_workspace_id_uuid ON memberships (workspace_id, uuid);

CREATE TABLE sessions (
    id integer PRIMARY KEY AUTOINCREMENT NOT NULL,
    uuid text NOT NULL,
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    user_agent text,
    created_at timestamp NOT NULL,
    last_used_at timestamp NOT NULL
);
CREATE UNIQUE INDEX sessions_uuid ON sessions (uuid);
CREATE INDEX sessions_user_id ON sessions (user_id);

-- The moments of the latest attempts under a key, in milliseconds, so that a limit is exact.
CREATE TABLE throttles (
    key text NOT NULL PRIMARY KEY,
    attempts text NOT NULL,
    expires_at timestamp NOT NULL
);
CREATE INDEX throttles_expires_at ON throttles (expires_at);
