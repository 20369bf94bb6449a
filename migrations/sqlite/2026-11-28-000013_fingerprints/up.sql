-- Their fingerprints were bare hashes, from which a secret in a request can be guessed. A row lives for a day anyway.
DELETE FROM idempotency_keys;
