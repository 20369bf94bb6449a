-- Stored addresses are folded in Rust, right after the migrations. Earlier builds look for them in other spellings, and
-- would store some.
UPDATE schema_state SET oldest_version_that_may_serve = '20261128000029';
