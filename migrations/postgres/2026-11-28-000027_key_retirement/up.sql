ALTER TABLE sealing_keys ADD COLUMN retired_at timestamp(3);

-- The running processes: the keys that each holds, and those it may seal with.
CREATE TABLE key_holders (
    id uuid NOT NULL PRIMARY KEY,
    name text COLLATE "C" NOT NULL,
    held text COLLATE "C" NOT NULL,
    sealing text COLLATE "C" NOT NULL,
    seen_at timestamp(3) NOT NULL
);

-- A fingerprint is sealed like everything else, so that it can be sealed anew with another key. A row lives for a day.
DELETE FROM idempotency_keys;
ALTER TABLE idempotency_keys ADD CHECK (fingerprint LIKE 'enc:v1:%');

-- Earlier builds store fingerprints that are not sealed, and know nothing of retired keys.
UPDATE schema_state SET oldest_version_that_may_serve = '20261128000027';
