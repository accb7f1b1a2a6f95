-- +goose Up
-- Operating state: what runs, what is staged, what the sources said, who is signed in. None of it is audited.

CREATE TABLE run (
  id BLOB NOT NULL,
  plan TEXT NOT NULL,
  system TEXT NOT NULL,
  domain TEXT NOT NULL,
  mode TEXT NOT NULL,
  state TEXT NOT NULL,
  started_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  read_at INTEGER NOT NULL,
  finished_at INTEGER NOT NULL,
  counts TEXT NOT NULL,
  watermark TEXT NOT NULL,
  message TEXT NOT NULL,
  code TEXT NOT NULL,
  lease_owner TEXT NOT NULL,
  lease_until INTEGER NOT NULL,
  fence INTEGER NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (id)
);
-- One run of a plan at a time, a held one included.
CREATE UNIQUE INDEX run_active ON run (plan) WHERE state IN ('queued', 'reading', 'held', 'comparing');
CREATE INDEX run_list ON run (created_at, id);
CREATE INDEX run_plan ON run (plan, created_at, id);

CREATE TABLE quarantined_row (
  run BLOB NOT NULL,
  ordinal INTEGER NOT NULL,
  system TEXT NOT NULL,
  domain TEXT NOT NULL,
  position TEXT NOT NULL,
  code TEXT NOT NULL,
  reason TEXT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (run, ordinal)
);

CREATE TABLE source_record (
  domain TEXT NOT NULL,
  system TEXT NOT NULL,
  code_key TEXT NOT NULL,
  code TEXT NOT NULL,
  active BOOLEAN NOT NULL,
  attributes TEXT NOT NULL,
  hash TEXT NOT NULL,
  token TEXT NOT NULL,
  duplicated BOOLEAN NOT NULL,
  read_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  gone_at INTEGER NOT NULL,
  PRIMARY KEY (domain, system, code_key)
);
CREATE INDEX source_record_gone ON source_record (domain, system, gone_at) WHERE gone_at <> 0;

-- A slot belongs to one run; generation rises with every lease, so that whoever held the slot before is recognised.
CREATE TABLE staging_slot (
  slot INT NOT NULL,
  run BLOB,
  generation INTEGER NOT NULL,
  PRIMARY KEY (slot)
);
INSERT INTO staging_slot (slot, run, generation) VALUES (1, NULL, 0);
INSERT INTO staging_slot (slot, run, generation) VALUES (2, NULL, 0);
INSERT INTO staging_slot (slot, run, generation) VALUES (3, NULL, 0);
INSERT INTO staging_slot (slot, run, generation) VALUES (4, NULL, 0);

-- content_hash is NULL where the source proved, without sending values, that the record is as it was.
CREATE TABLE staging_1 (
  join_key TEXT NOT NULL,
  code TEXT NOT NULL,
  content_hash TEXT,
  active BOOLEAN NOT NULL,
  duplicated BOOLEAN NOT NULL,
  attributes TEXT NOT NULL,
  token TEXT NOT NULL,
  PRIMARY KEY (join_key)
);

CREATE TABLE staging_2 (
  join_key TEXT NOT NULL,
  code TEXT NOT NULL,
  content_hash TEXT,
  active BOOLEAN NOT NULL,
  duplicated BOOLEAN NOT NULL,
  attributes TEXT NOT NULL,
  token TEXT NOT NULL,
  PRIMARY KEY (join_key)
);

CREATE TABLE staging_3 (
  join_key TEXT NOT NULL,
  code TEXT NOT NULL,
  content_hash TEXT,
  active BOOLEAN NOT NULL,
  duplicated BOOLEAN NOT NULL,
  attributes TEXT NOT NULL,
  token TEXT NOT NULL,
  PRIMARY KEY (join_key)
);

CREATE TABLE staging_4 (
  join_key TEXT NOT NULL,
  code TEXT NOT NULL,
  content_hash TEXT,
  active BOOLEAN NOT NULL,
  duplicated BOOLEAN NOT NULL,
  attributes TEXT NOT NULL,
  token TEXT NOT NULL,
  PRIMARY KEY (join_key)
);

CREATE TABLE session (
  token_hash TEXT NOT NULL,
  login TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (token_hash)
);
CREATE INDEX session_expiry ON session (expires_at);

-- entries are the IDs one after the other, 16 bytes each: a window of them is one substr.
CREATE TABLE queue_snapshot (
  id BLOB NOT NULL,
  owner TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  entries BLOB NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX queue_snapshot_expiry ON queue_snapshot (expires_at);

-- status is 0 while the first request is still under way.
CREATE TABLE idempotency_key (
  actor TEXT NOT NULL,
  key TEXT NOT NULL,
  request TEXT NOT NULL,
  status INTEGER NOT NULL,
  body BLOB NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (actor, key)
);
CREATE INDEX idempotency_key_expiry ON idempotency_key (expires_at);
