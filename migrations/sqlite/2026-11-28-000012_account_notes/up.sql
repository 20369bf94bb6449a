-- What its owner notes about it.
ALTER TABLE social_accounts ADD COLUMN note text NOT NULL DEFAULT '';
