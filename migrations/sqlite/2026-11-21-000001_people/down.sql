DROP TABLE throttles;
DROP TABLE sessions;
DROP TABLE memberships;
DROP TABLE users;
DROP TABLE workspaces;
DROP TABLE sealing_keys;
DROP TABLE installation;
