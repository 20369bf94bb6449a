DROP INDEX grants_id;
