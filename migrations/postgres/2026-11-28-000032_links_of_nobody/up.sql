-- A link without a person is valid for nothing: it is written for an unknown address, so that the answer takes as long.
ALTER TABLE reset_links ALTER COLUMN user_id DROP NOT NULL;
