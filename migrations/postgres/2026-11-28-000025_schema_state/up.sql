-- One row. Each migration sets oldest_version_that_may_serve to the oldest build that works with its tables, named by
-- the last migration which that build has. Readiness writes write_checked_at, to learn whether writes succeed.
CREATE TABLE schema_state (
    id integer NOT NULL PRIMARY KEY CHECK (id = 1),
    oldest_version_that_may_serve text COLLATE "C" NOT NULL,
    write_checked_at timestamp(3) NOT NULL
);
INSERT INTO schema_state VALUES (1, '20261128000025', '2026-11-28 00:00:00');
