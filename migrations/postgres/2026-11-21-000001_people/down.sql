DROP TABLE throttles;
DROP TABLE sessions;
ALTER TABLE users DROP CONSTRAINT users_workspace_id_id_fkey;
DROP TABLE memberships;
DROP TABLE users;
DROP TABLE workspaces;
DROP TABLE sealing_keys;
DROP TABLE installation;
