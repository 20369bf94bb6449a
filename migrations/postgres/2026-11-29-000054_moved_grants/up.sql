-- A refresh finds its grant by this, if it has moved to another workspace meanwhile.
CREATE UNIQUE INDEX grants_id ON grants (id);
