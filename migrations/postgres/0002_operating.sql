-- +goose Up
-- Operating state: what runs, what is staged, what the sources said, who is signed in. None of it is audited.

CREATE TABLE run (
  id uuid NOT NULL,
  plan text COLLATE "C" NOT NULL,
  system text COLLATE "C" NOT NULL,
  domain text COLLATE "C" NOT NULL,
  mode text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  started_by text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  read_at bigint NOT NULL,
  finished_at bigint NOT NULL,
  counts text NOT NULL,
  watermark text NOT NULL,
  message text NOT NULL,
  code text COLLATE "C" NOT NULL,
  lease_owner text COLLATE "C" NOT NULL,
  lease_until bigint NOT NULL,
  fence bigint NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (id)
);
-- One run of a plan at a time, a held one included.
CREATE UNIQUE INDEX run_active ON run (plan) WHERE state IN ('queued', 'reading', 'held', 'comparing');
CREATE INDEX run_list ON run (created_at, id);
CREATE INDEX run_plan ON run (plan, created_at, id);

CREATE TABLE quarantined_row (
  run uuid NOT NULL,
  ordinal bigint NOT NULL,
  system text COLLATE "C" NOT NULL,
  domain text COLLATE "C" NOT NULL,
  position text NOT NULL,
  code text NOT NULL,
  reason text NOT NULL,
  content text NOT NULL,
  PRIMARY KEY (run, ordinal)
);

CREATE TABLE source_record (
  domain text COLLATE "C" NOT NULL,
  system text COLLATE "C" NOT NULL,
  code_key text COLLATE "C" NOT NULL,
  code text COLLATE "C" NOT NULL,
  active boolean NOT NULL,
  attributes text NOT NULL,
  hash text COLLATE "C" NOT NULL,
  token text NOT NULL,
  duplicated boolean NOT NULL,
  read_at bigint NOT NULL,
  changed_at bigint NOT NULL,
  gone_at bigint NOT NULL,
  PRIMARY KEY (domain, system, code_key)
);
CREATE INDEX source_record_gone ON source_record (domain, system, gone_at) WHERE gone_at <> 0;

-- A slot belongs to one run; generation rises with every lease, so that whoever held the slot before is recognised.
CREATE TABLE staging_slot (
  slot bigint NOT NULL,
  run uuid,
  generation bigint NOT NULL,
  PRIMARY KEY (slot)
);
INSERT INTO staging_slot (slot, run, generation) VALUES (1, NULL, 0);
INSERT INTO staging_slot (slot, run, generation) VALUES (2, NULL, 0);
INSERT INTO staging_slot (slot, run, generation) VALUES (3, NULL, 0);
INSERT INTO staging_slot (slot, run, generation) VALUES (4, NULL, 0);

-- content_hash is NULL where the source proved, without sending values, that the record is as it was.
CREATE TABLE staging_1 (
  join_key text COLLATE "C" NOT NULL,
  code text COLLATE "C" NOT NULL,
  content_hash text COLLATE "C",
  active boolean NOT NULL,
  duplicated boolean NOT NULL,
  attributes text NOT NULL,
  token text NOT NULL,
  PRIMARY KEY (join_key)
);

CREATE TABLE staging_2 (
  join_key text COLLATE "C" NOT NULL,
  code text COLLATE "C" NOT NULL,
  content_hash text COLLATE "C",
  active boolean NOT NULL,
  duplicated boolean NOT NULL,
  attributes text NOT NULL,
  token text NOT NULL,
  PRIMARY KEY (join_key)
);

CREATE TABLE staging_3 (
  join_key text COLLATE "C" NOT NULL,
  code text COLLATE "C" NOT NULL,
  content_hash text COLLATE "C",
  active boolean NOT NULL,
  duplicated boolean NOT NULL,
  attributes text NOT NULL,
  token text NOT NULL,
  PRIMARY KEY (join_key)
);

CREATE TABLE staging_4 (
  join_key text COLLATE "C" NOT NULL,
  code text COLLATE "C" NOT NULL,
  content_hash text COLLATE "C",
  active boolean NOT NULL,
  duplicated boolean NOT NULL,
  attributes text NOT NULL,
  token text NOT NULL,
  PRIMARY KEY (join_key)
);

CREATE TABLE session (
  token_hash text COLLATE "C" NOT NULL,
  login text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  seen_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  PRIMARY KEY (token_hash)
);
CREATE INDEX session_expiry ON session (expires_at);

-- entries are the IDs one after the other, 16 bytes each: a window of them is one substr.
CREATE TABLE queue_snapshot (
  id uuid NOT NULL,
  owner text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  entries bytea NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX queue_snapshot_expiry ON queue_snapshot (expires_at);

-- status is 0 while the first request is still under way.
CREATE TABLE idempotency_key (
  actor text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  request text COLLATE "C" NOT NULL,
  status bigint NOT NULL,
  body bytea NOT NULL,
  expires_at bigint NOT NULL,
  PRIMARY KEY (actor, key)
);
CREATE INDEX idempotency_key_expiry ON idempotency_key (expires_at);
