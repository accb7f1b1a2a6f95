-- +goose Up
-- Uploads are kept and read in the background. What was previewed before is uploaded again: its file was not kept.
UPDATE import_file SET state = 'cancelled' WHERE state = 'previewed';
ALTER TABLE import_file ADD COLUMN kind text COLLATE "C" NOT NULL DEFAULT 'mapping';
ALTER TABLE import_file ADD COLUMN bytes bigint NOT NULL DEFAULT 0;
ALTER TABLE import_file ADD COLUMN layout text NOT NULL DEFAULT '{}';
ALTER TABLE import_file ADD COLUMN guessed boolean NOT NULL DEFAULT false;
ALTER TABLE import_file ADD COLUMN profile uuid;
ALTER TABLE import_file ADD COLUMN absent bigint NOT NULL DEFAULT 0;
ALTER TABLE import_file ADD COLUMN noticed text NOT NULL DEFAULT '{}';
ALTER TABLE import_file ADD COLUMN left_out text NOT NULL DEFAULT '{}';
ALTER TABLE import_file ADD COLUMN done bigint NOT NULL DEFAULT 0;
ALTER TABLE import_file ADD COLUMN total bigint NOT NULL DEFAULT 0;
ALTER TABLE import_file ADD COLUMN revision bigint NOT NULL DEFAULT 1;
ALTER TABLE import_file ADD COLUMN message text NOT NULL DEFAULT '';
ALTER TABLE import_file ADD COLUMN code text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE import_file ADD COLUMN reason text NOT NULL DEFAULT '';
ALTER TABLE import_file ADD COLUMN strict boolean NOT NULL DEFAULT false;
ALTER TABLE import_file ADD COLUMN submitted_by text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE import_file ADD COLUMN requests text NOT NULL DEFAULT '[]';
ALTER TABLE import_file ADD COLUMN run uuid;
ALTER TABLE import_file ADD COLUMN plants text NOT NULL DEFAULT '{}';
ALTER TABLE import_file ADD COLUMN lease_owner text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE import_file ADD COLUMN lease_until bigint NOT NULL DEFAULT 0;
ALTER TABLE import_file ADD COLUMN fence bigint NOT NULL DEFAULT 0;
ALTER TABLE import_file ADD COLUMN attempt bigint NOT NULL DEFAULT 0;
ALTER TABLE import_file ADD COLUMN version bigint NOT NULL DEFAULT 1;
ALTER TABLE import_file DROP COLUMN change_request;
CREATE INDEX import_file_work ON import_file (created_at, id) WHERE state IN ('waiting', 'reading', 'submitting');
CREATE INDEX import_file_same ON import_file (file_hash);

ALTER TABLE import_row ADD COLUMN sheet text NOT NULL DEFAULT '';
ALTER TABLE import_row ADD COLUMN part bigint NOT NULL DEFAULT 0;
ALTER TABLE import_row ADD COLUMN row_key text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE import_row ADD COLUMN system text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE import_row ADD COLUMN plant text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE import_row ADD COLUMN notes text NOT NULL DEFAULT '[]';
ALTER TABLE import_row ADD COLUMN base bigint NOT NULL DEFAULT 0;
ALTER TABLE import_row ADD COLUMN before_values text NOT NULL DEFAULT '{}';
ALTER TABLE import_row ADD COLUMN after_values text NOT NULL DEFAULT '{}';
ALTER TABLE import_row ADD COLUMN cells text NOT NULL DEFAULT '{}';
ALTER TABLE import_row ADD COLUMN asked text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE import_row ADD COLUMN request uuid;
CREATE INDEX import_row_status ON import_row (import, status, position);
CREATE INDEX import_row_key ON import_row (import, row_key);

-- What was noticed at the rows, to find them by.
CREATE TABLE import_note (
  import uuid NOT NULL REFERENCES import_file (id),
  kind text COLLATE "C" NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (import, kind, position)
);

CREATE TABLE import_part (
  import uuid NOT NULL REFERENCES import_file (id),
  position bigint NOT NULL,
  data bytea NOT NULL,
  PRIMARY KEY (import, position)
);

-- What was handed in, whatever is read of the file later.
CREATE TABLE import_handed (
  import uuid NOT NULL REFERENCES import_file (id),
  row_key text COLLATE "C" NOT NULL,
  request uuid NOT NULL REFERENCES change_request (id),
  content text NOT NULL,
  PRIMARY KEY (import, row_key)
);

CREATE TABLE import_answer (
  import uuid NOT NULL REFERENCES import_file (id),
  asked text COLLATE "C" NOT NULL,
  field text COLLATE "C" NOT NULL,
  says text NOT NULL,
  keep text COLLATE "C" NOT NULL,
  PRIMARY KEY (import, asked, field)
);

CREATE TABLE import_profile (
  id uuid NOT NULL,
  name text COLLATE "C" NOT NULL,
  system text COLLATE "C" NOT NULL,
  domain text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  layout text NOT NULL,
  used_at bigint NOT NULL,
  used_by text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (id)
);
CREATE UNIQUE INDEX import_profile_name ON import_profile (domain, system, kind, used_by, name);
CREATE INDEX import_profile_used ON import_profile (domain, system, kind, used_at);
