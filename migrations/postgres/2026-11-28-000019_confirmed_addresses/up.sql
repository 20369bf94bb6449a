-- When a person's address was confirmed; existing addresses count as confirmed.
ALTER TABLE users ADD COLUMN email_confirmed_at timestamp(3);
UPDATE users SET email_confirmed_at = updated_at;
