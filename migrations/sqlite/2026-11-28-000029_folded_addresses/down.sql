UPDATE schema_state SET oldest_version_that_may_serve = '20261128000027';
