-- Whether the network itself has named the external id of the account. Otherwise it is what a person has pasted.
ALTER TABLE social_accounts ADD COLUMN identified boolean NOT NULL DEFAULT false;
UPDATE social_accounts SET identified = true WHERE grant_id IS NOT NULL;
