-- SQLite has no triggers for a whole statement.
SELECT 1;
