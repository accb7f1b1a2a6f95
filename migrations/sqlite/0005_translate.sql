-- +goose Up
-- How many of the record's base unit one of the code stands for, an exact fraction; '' is 1. The unit is the code's own.
ALTER TABLE code_mapping ADD COLUMN factor TEXT NOT NULL DEFAULT '';
ALTER TABLE code_mapping ADD COLUMN unit TEXT NOT NULL DEFAULT '';
CREATE INDEX code_mapping_seq ON code_mapping (domain, seq, id);
CREATE INDEX code_mapping_fold ON code_mapping (domain, code_fold);
CREATE INDEX golden_record_merged ON golden_record (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX golden_record_merged_code ON golden_record (domain, code) WHERE state = 'merged';
CREATE INDEX golden_record_seq ON golden_record (domain, seq, id);

-- Every version of a mapping as it was recorded; nothing here is ever changed.
CREATE TABLE mapping_version (
  id BLOB NOT NULL REFERENCES code_mapping (id),
  version INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  domain TEXT NOT NULL,
  system TEXT NOT NULL,
  plant TEXT NOT NULL,
  code_type TEXT NOT NULL,
  code TEXT NOT NULL,
  code_key TEXT NOT NULL,
  record BLOB NOT NULL REFERENCES golden_record (id),
  relation TEXT NOT NULL,
  state TEXT NOT NULL,
  valid_from TEXT NOT NULL,
  valid_to TEXT NOT NULL,
  basis TEXT NOT NULL,
  default_out BOOLEAN NOT NULL,
  factor TEXT NOT NULL,
  unit TEXT NOT NULL,
  seq INTEGER NOT NULL,
  change_request BLOB,
  PRIMARY KEY (id, version)
);
CREATE INDEX mapping_version_key ON mapping_version (domain, system, code_type, code_key, recorded_at);
CREATE INDEX mapping_version_record ON mapping_version (record, system, recorded_at);
INSERT INTO mapping_version (id, version, recorded_at, domain, system, plant, code_type, code, code_key, record, relation, state,
  valid_from, valid_to, basis, default_out, factor, unit, seq, change_request)
SELECT m.id, m.version, COALESCE((SELECT r.applied_at FROM change_request r WHERE r.id = m.change_request), 0), m.domain, m.system,
  m.plant, m.code_type, m.code, m.code_key, m.record, m.relation, m.state, m.valid_from, m.valid_to, m.basis, m.default_out,
  m.factor, m.unit, m.seq, m.change_request FROM code_mapping m;

CREATE TABLE unmapped_policy (
  system TEXT NOT NULL,
  domain TEXT NOT NULL,
  action TEXT NOT NULL,
  code TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (system, domain)
);

-- Operating state: what was asked for and is not mapped.
CREATE TABLE unmapped_code (
  id BLOB NOT NULL,
  domain TEXT NOT NULL,
  system TEXT NOT NULL,
  plant TEXT NOT NULL,
  code_type TEXT NOT NULL,
  code_key TEXT NOT NULL,
  code TEXT NOT NULL,
  code_fold TEXT NOT NULL,
  status TEXT NOT NULL,
  asked INTEGER NOT NULL,
  first_asked INTEGER NOT NULL,
  last_asked INTEGER NOT NULL,
  dismissed_by TEXT NOT NULL,
  dismissed_at INTEGER NOT NULL,
  dismissed_why TEXT NOT NULL,
  PRIMARY KEY (id)
);
CREATE UNIQUE INDEX unmapped_code_key ON unmapped_code (domain, system, plant, code_type, code_key);
CREATE INDEX unmapped_code_asked ON unmapped_code (asked, id);

-- How many codes of a system are kept, and how often one was asked for that no longer found room.
CREATE TABLE unmapped_tally (
  system TEXT NOT NULL,
  domain TEXT NOT NULL,
  plant TEXT NOT NULL,
  codes INTEGER NOT NULL,
  overflow INTEGER NOT NULL,
  overflow_at INTEGER NOT NULL,
  PRIMARY KEY (system, domain, plant)
);
