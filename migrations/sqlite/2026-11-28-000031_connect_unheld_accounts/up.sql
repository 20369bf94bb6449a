-- SQLite needs no function, because its statements do not cross a network.
SELECT 1;
