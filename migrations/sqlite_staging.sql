-- The staging file of a SQLite database, attached under the name staging. It holds readings under way and what need not be
-- compared again: losing it loses no knowledge. The number in the file's name (server/store) rises when this changes.

CREATE TABLE IF NOT EXISTS staging.staging_1 (
  join_key TEXT NOT NULL,
  code TEXT NOT NULL,
  content_hash TEXT,
  active BOOLEAN NOT NULL,
  duplicated BOOLEAN NOT NULL,
  attributes TEXT NOT NULL,
  token TEXT NOT NULL,
  PRIMARY KEY (join_key)
);

CREATE TABLE IF NOT EXISTS staging.staging_diff_1 (
  join_key TEXT NOT NULL,
  kind TEXT NOT NULL,
  PRIMARY KEY (join_key)
);

CREATE TABLE IF NOT EXISTS staging.staging_2 (
  join_key TEXT NOT NULL,
  code TEXT NOT NULL,
  content_hash TEXT,
  active BOOLEAN NOT NULL,
  duplicated BOOLEAN NOT NULL,
  attributes TEXT NOT NULL,
  token TEXT NOT NULL,
  PRIMARY KEY (join_key)
);

CREATE TABLE IF NOT EXISTS staging.staging_diff_2 (
  join_key TEXT NOT NULL,
  kind TEXT NOT NULL,
  PRIMARY KEY (join_key)
);

CREATE TABLE IF NOT EXISTS staging.staging_3 (
  join_key TEXT NOT NULL,
  code TEXT NOT NULL,
  content_hash TEXT,
  active BOOLEAN NOT NULL,
  duplicated BOOLEAN NOT NULL,
  attributes TEXT NOT NULL,
  token TEXT NOT NULL,
  PRIMARY KEY (join_key)
);

CREATE TABLE IF NOT EXISTS staging.staging_diff_3 (
  join_key TEXT NOT NULL,
  kind TEXT NOT NULL,
  PRIMARY KEY (join_key)
);

CREATE TABLE IF NOT EXISTS staging.staging_4 (
  join_key TEXT NOT NULL,
  code TEXT NOT NULL,
  content_hash TEXT,
  active BOOLEAN NOT NULL,
  duplicated BOOLEAN NOT NULL,
  attributes TEXT NOT NULL,
  token TEXT NOT NULL,
  PRIMARY KEY (join_key)
);

CREATE TABLE IF NOT EXISTS staging.staging_diff_4 (
  join_key TEXT NOT NULL,
  kind TEXT NOT NULL,
  PRIMARY KEY (join_key)
);

-- compare_mark remembers what a plan compared without a finding; losing rows of it costs time, never a finding.
CREATE TABLE IF NOT EXISTS staging.compare_mark (
  plan TEXT NOT NULL,
  code_key TEXT NOT NULL,
  hash TEXT NOT NULL,
  record BLOB,
  use_state TEXT NOT NULL,
  standing TEXT NOT NULL,
  PRIMARY KEY (plan, code_key)
);
