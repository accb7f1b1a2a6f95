-- +goose Up
-- Programs that call Crosswalk, with the hashes of their keys. Keys are ended, never removed.
CREATE TABLE service_identity (
  id text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  grants text COLLATE "C" NOT NULL,
  networks text COLLATE "C" NOT NULL,
  rate_per_second bigint NOT NULL,
  revoked_at bigint NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE service_key (
  id text COLLATE "C" NOT NULL,
  identity text COLLATE "C" NOT NULL REFERENCES service_identity (id),
  hash text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  revoked_at bigint NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX service_key_identity ON service_key (identity);

-- Operating state, apart from the governed row: a use of a key is no change of it.
CREATE TABLE service_key_use (
  id text COLLATE "C" NOT NULL,
  used_at bigint NOT NULL,
  PRIMARY KEY (id)
);
