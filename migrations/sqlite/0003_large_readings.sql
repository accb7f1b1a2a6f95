-- +goose Up
-- Large readings: staging in a file of its own (see ../sqlite_staging.sql), merged by its differences, compared by what changed.

-- staged is how many rows the slot must hold: its table is kept with less care than this row, and a table that a crash has
-- emptied must not be taken for an empty reading.
ALTER TABLE staging_slot ADD COLUMN staged INTEGER NOT NULL DEFAULT 0;

-- A reading that brought the values of all its records is noted once, in source_reading; only a record that it did not bring
-- keeps, pinned, a time of its own.
ALTER TABLE source_record ADD COLUMN pinned BOOLEAN NOT NULL DEFAULT false;
CREATE INDEX source_record_changed ON source_record (domain, system, changed_at);
CREATE TABLE source_reading (
  domain TEXT NOT NULL,
  system TEXT NOT NULL,
  read_at INTEGER NOT NULL,
  PRIMARY KEY (domain, system)
);

-- compare_basis is on what a plan's marks were made, and up to which change of golden records and mappings they were checked.
CREATE TABLE compare_basis (
  plan TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  seq INTEGER NOT NULL,
  day TEXT NOT NULL,
  token BLOB NOT NULL,
  PRIMARY KEY (plan)
);

DROP TABLE main.staging_1;
DROP TABLE main.staging_2;
DROP TABLE main.staging_3;
DROP TABLE main.staging_4;
