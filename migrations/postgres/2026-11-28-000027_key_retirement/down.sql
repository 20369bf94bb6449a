DELETE FROM idempotency_keys;
ALTER TABLE idempotency_keys DROP CONSTRAINT idempotency_keys_fingerprint_check;
DROP TABLE key_holders;
ALTER TABLE sealing_keys DROP COLUMN retired_at;
UPDATE schema_state SET oldest_version_that_may_serve = '20261128000025';
