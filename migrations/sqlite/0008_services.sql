-- +goose Up
-- Programs that call Crosswalk, with the hashes of their keys. Keys are ended, never removed.
CREATE TABLE service_identity (
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  grants TEXT NOT NULL,
  networks TEXT NOT NULL,
  rate_per_second INTEGER NOT NULL,
  revoked_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE service_key (
  id TEXT NOT NULL,
  identity TEXT NOT NULL REFERENCES service_identity (id),
  hash TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX service_key_identity ON service_key (identity);

-- Operating state, apart from the governed row: a use of a key is no change of it.
CREATE TABLE service_key_use (
  id TEXT NOT NULL,
  used_at INTEGER NOT NULL,
  PRIMARY KEY (id)
);
