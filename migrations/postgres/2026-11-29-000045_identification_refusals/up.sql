-- Why a network does not tell whose tokens are: it refuses that to the app of this service.
CREATE TABLE identification_refusals (
    provider text COLLATE "C" NOT NULL PRIMARY KEY,
    reason text COLLATE "C" NOT NULL,
    since timestamp(3) NOT NULL
);
