-- Networks from which a person has signed in: attempts from there are counted apart from those of strangers.
CREATE TABLE known_networks (
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    network text COLLATE "C" NOT NULL,
    last_sign_in_at timestamp(3) NOT NULL,
    PRIMARY KEY (user_id, network)
);
CREATE INDEX known_networks_last_sign_in_at ON known_networks (last_sign_in_at);
