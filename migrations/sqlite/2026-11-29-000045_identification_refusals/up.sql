-- Why a network does not tell whose tokens are: it refuses that to the app of this service.
CREATE TABLE identification_refusals (
    provider text NOT NULL PRIMARY KEY,
    reason text NOT NULL,
    since timestamp NOT NULL
);
