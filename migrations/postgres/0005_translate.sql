-- +goose Up
-- How many of the record's base unit one of the code stands for, an exact fraction; '' is 1. The unit is the code's own.
ALTER TABLE code_mapping ADD COLUMN factor text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE code_mapping ADD COLUMN unit text COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX code_mapping_seq ON code_mapping (domain, seq, id);
CREATE INDEX code_mapping_fold ON code_mapping (domain, code_fold);
CREATE INDEX golden_record_merged ON golden_record (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX golden_record_merged_code ON golden_record (domain, code) WHERE state = 'merged';
CREATE INDEX golden_record_seq ON golden_record (domain, seq, id);

-- Every version of a mapping as it was recorded; nothing here is ever changed.
CREATE TABLE mapping_version (
  id uuid NOT NULL REFERENCES code_mapping (id),
  version bigint NOT NULL,
  recorded_at bigint NOT NULL,
  domain text COLLATE "C" NOT NULL,
  system text COLLATE "C" NOT NULL,
  plant text COLLATE "C" NOT NULL,
  code_type text COLLATE "C" NOT NULL,
  code text COLLATE "C" NOT NULL,
  code_key text COLLATE "C" NOT NULL,
  record uuid NOT NULL REFERENCES golden_record (id),
  relation text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  valid_from text COLLATE "C" NOT NULL,
  valid_to text COLLATE "C" NOT NULL,
  basis text COLLATE "C" NOT NULL,
  default_out boolean NOT NULL,
  factor text COLLATE "C" NOT NULL,
  unit text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  change_request uuid,
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
  system text COLLATE "C" NOT NULL,
  domain text COLLATE "C" NOT NULL,
  action text COLLATE "C" NOT NULL,
  code text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (system, domain)
);

-- Operating state: what was asked for and is not mapped.
CREATE TABLE unmapped_code (
  id uuid NOT NULL,
  domain text COLLATE "C" NOT NULL,
  system text COLLATE "C" NOT NULL,
  plant text COLLATE "C" NOT NULL,
  code_type text COLLATE "C" NOT NULL,
  code_key text COLLATE "C" NOT NULL,
  code text COLLATE "C" NOT NULL,
  code_fold text COLLATE "C" NOT NULL,
  status text COLLATE "C" NOT NULL,
  asked bigint NOT NULL,
  first_asked bigint NOT NULL,
  last_asked bigint NOT NULL,
  dismissed_by text COLLATE "C" NOT NULL,
  dismissed_at bigint NOT NULL,
  dismissed_why text NOT NULL,
  PRIMARY KEY (id)
);
CREATE UNIQUE INDEX unmapped_code_key ON unmapped_code (domain, system, plant, code_type, code_key);
CREATE INDEX unmapped_code_asked ON unmapped_code (asked, id);

-- How many codes of a system are kept, and how often one was asked for that no longer found room.
CREATE TABLE unmapped_tally (
  system text COLLATE "C" NOT NULL,
  domain text COLLATE "C" NOT NULL,
  plant text COLLATE "C" NOT NULL,
  codes bigint NOT NULL,
  overflow bigint NOT NULL,
  overflow_at bigint NOT NULL,
  PRIMARY KEY (system, domain, plant)
);
