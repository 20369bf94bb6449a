DELETE FROM reset_links WHERE user_id IS NULL;
ALTER TABLE reset_links ALTER COLUMN user_id SET NOT NULL;
