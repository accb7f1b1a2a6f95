-- +goose Up
-- Uploads are kept and read in the background. What was previewed before is uploaded again: its file was not kept.
UPDATE import_file SET state = 'cancelled' WHERE state = 'previewed';
ALTER TABLE import_file ADD COLUMN kind TEXT NOT NULL DEFAULT 'mapping';
ALTER TABLE import_file ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE import_file ADD COLUMN layout TEXT NOT NULL DEFAULT '{}';
ALTER TABLE import_file ADD COLUMN guessed BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE import_file ADD COLUMN profile BLOB;
ALTER TABLE import_file ADD COLUMN absent INTEGER NOT NULL DEFAULT 0;
ALTER TABLE import_file ADD COLUMN noticed TEXT NOT NULL DEFAULT '{}';
ALTER TABLE import_file ADD COLUMN left_out TEXT NOT NULL DEFAULT '{}';
ALTER TABLE import_file ADD COLUMN done INTEGER NOT NULL DEFAULT 0;
ALTER TABLE import_file ADD COLUMN total INTEGER NOT NULL DEFAULT 0;
ALTER TABLE import_file ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
ALTER TABLE import_file ADD COLUMN message TEXT NOT NULL DEFAULT '';
ALTER TABLE import_file ADD COLUMN code TEXT NOT NULL DEFAULT '';
ALTER TABLE import_file ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE import_file ADD COLUMN strict BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE import_file ADD COLUMN submitted_by TEXT NOT NULL DEFAULT '';
ALTER TABLE import_file ADD COLUMN requests TEXT NOT NULL DEFAULT '[]';
ALTER TABLE import_file ADD COLUMN run BLOB;
ALTER TABLE import_file ADD COLUMN plants TEXT NOT NULL DEFAULT '{}';
ALTER TABLE import_file ADD COLUMN lease_owner TEXT NOT NULL DEFAULT '';
ALTER TABLE import_file ADD COLUMN lease_until INTEGER NOT NULL DEFAULT 0;
ALTER TABLE import_file ADD COLUMN fence INTEGER NOT NULL DEFAULT 0;
ALTER TABLE import_file ADD COLUMN attempt INTEGER NOT NULL DEFAULT 0;
ALTER TABLE import_file ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE import_file DROP COLUMN change_request;
CREATE INDEX import_file_work ON import_file (created_at, id) WHERE state IN ('waiting', 'reading', 'submitting');
CREATE INDEX import_file_same ON import_file (file_hash);

ALTER TABLE import_row ADD COLUMN sheet TEXT NOT NULL DEFAULT '';
ALTER TABLE import_row ADD COLUMN part INTEGER NOT NULL DEFAULT 0;
ALTER TABLE import_row ADD COLUMN row_key TEXT NOT NULL DEFAULT '';
ALTER TABLE import_row ADD COLUMN system TEXT NOT NULL DEFAULT '';
ALTER TABLE import_row ADD COLUMN plant TEXT NOT NULL DEFAULT '';
ALTER TABLE import_row ADD COLUMN notes TEXT NOT NULL DEFAULT '[]';
ALTER TABLE import_row ADD COLUMN base INTEGER NOT NULL DEFAULT 0;
ALTER TABLE import_row ADD COLUMN before_values TEXT NOT NULL DEFAULT '{}';
ALTER TABLE import_row ADD COLUMN after_values TEXT NOT NULL DEFAULT '{}';
ALTER TABLE import_row ADD COLUMN cells TEXT NOT NULL DEFAULT '{}';
ALTER TABLE import_row ADD COLUMN asked TEXT NOT NULL DEFAULT '';
ALTER TABLE import_row ADD COLUMN request BLOB;
CREATE INDEX import_row_status ON import_row (import, status, position);
CREATE INDEX import_row_key ON import_row (import, row_key);

-- What was noticed at the rows, to find them by.
CREATE TABLE import_note (
  import BLOB NOT NULL REFERENCES import_file (id),
  kind TEXT NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (import, kind, position)
);

CREATE TABLE import_part (
  import BLOB NOT NULL REFERENCES import_file (id),
  position INTEGER NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (import, position)
);

-- What was handed in, whatever is read of the file later.
CREATE TABLE import_handed (
  import BLOB NOT NULL REFERENCES import_file (id),
  row_key TEXT NOT NULL,
  request BLOB NOT NULL REFERENCES change_request (id),
  content TEXT NOT NULL,
  PRIMARY KEY (import, row_key)
);

CREATE TABLE import_answer (
  import BLOB NOT NULL REFERENCES import_file (id),
  asked TEXT NOT NULL,
  field TEXT NOT NULL,
  says TEXT NOT NULL,
  keep TEXT NOT NULL,
  PRIMARY KEY (import, asked, field)
);

CREATE TABLE import_profile (
  id BLOB NOT NULL,
  name TEXT NOT NULL,
  system TEXT NOT NULL,
  domain TEXT NOT NULL,
  kind TEXT NOT NULL,
  layout TEXT NOT NULL,
  used_at INTEGER NOT NULL,
  used_by TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (id)
);
CREATE UNIQUE INDEX import_profile_name ON import_profile (domain, system, kind, used_by, name);
CREATE INDEX import_profile_used ON import_profile (domain, system, kind, used_at);
