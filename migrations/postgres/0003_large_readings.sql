-- +goose Up
-- Large readings: staging that is written without a log, merged by its differences, compared by what changed.

-- staged is how many rows the slot must hold: its table is kept with less care than this row, and a table that a crash has
-- emptied must not be taken for an empty reading.
ALTER TABLE staging_slot ADD COLUMN staged bigint NOT NULL DEFAULT 0;

-- A reading that brought the values of all its records is noted once, in source_reading; only a record that it did not bring
-- keeps, pinned, a time of its own.
ALTER TABLE source_record ADD COLUMN pinned boolean NOT NULL DEFAULT false;
CREATE INDEX source_record_changed ON source_record (domain, system, changed_at);
CREATE TABLE source_reading (
  domain text COLLATE "C" NOT NULL,
  system text COLLATE "C" NOT NULL,
  read_at bigint NOT NULL,
  PRIMARY KEY (domain, system)
);

-- compare_basis is on what a plan's marks were made, and up to which change of golden records and mappings they were checked.
CREATE TABLE compare_basis (
  plan text COLLATE "C" NOT NULL,
  fingerprint text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  day text COLLATE "C" NOT NULL,
  token uuid NOT NULL,
  PRIMARY KEY (plan)
);

ALTER TABLE staging_1 SET UNLOGGED;
ALTER TABLE staging_2 SET UNLOGGED;
ALTER TABLE staging_3 SET UNLOGGED;
ALTER TABLE staging_4 SET UNLOGGED;

CREATE UNLOGGED TABLE staging_diff_1 (
  join_key text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  PRIMARY KEY (join_key)
);

CREATE UNLOGGED TABLE staging_diff_2 (
  join_key text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  PRIMARY KEY (join_key)
);

CREATE UNLOGGED TABLE staging_diff_3 (
  join_key text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  PRIMARY KEY (join_key)
);

CREATE UNLOGGED TABLE staging_diff_4 (
  join_key text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  PRIMARY KEY (join_key)
);

-- compare_mark remembers what a plan compared without a finding; losing rows of it costs time, never a finding.
CREATE UNLOGGED TABLE compare_mark (
  plan text COLLATE "C" NOT NULL,
  code_key text COLLATE "C" NOT NULL,
  hash text COLLATE "C" NOT NULL,
  record uuid,
  use_state text COLLATE "C" NOT NULL,
  standing text COLLATE "C" NOT NULL,
  PRIMARY KEY (plan, code_key)
);
