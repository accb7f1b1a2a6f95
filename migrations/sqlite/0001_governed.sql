-- +goose Up
-- Governed data. Texts that are keys compare by bytes; instants are microseconds since 1970 UTC, 0 is "not yet"; civil dates
-- are ISO texts, '' is unbounded; JSON is text that SQL never looks into.

-- seq counts the writes to a domain's golden records and mappings; its row is what such writes lock first.
CREATE TABLE change_counter (
  domain TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (domain)
);

CREATE TABLE audit_entry (
  chain TEXT NOT NULL,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  reason TEXT NOT NULL,
  changes TEXT NOT NULL,
  prev_hash TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (chain, seq)
);
CREATE INDEX audit_entry_recent ON audit_entry (at, chain, seq);

-- audit_head is kept apart from the entries, so that a cut tail shows.
CREATE TABLE audit_head (
  chain TEXT NOT NULL,
  seq INTEGER NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (chain)
);

CREATE TABLE account (
  login TEXT NOT NULL,
  name TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  disabled BOOLEAN NOT NULL,
  roles TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (login)
);

CREATE TABLE plant (
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  languages TEXT NOT NULL,
  currency TEXT NOT NULL,
  state TEXT NOT NULL,
  valid_from TEXT NOT NULL,
  valid_to TEXT NOT NULL,
  bindings TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE source_system (
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  plant TEXT NOT NULL,
  code_type TEXT NOT NULL,
  code_rule TEXT NOT NULL,
  writable BOOLEAN NOT NULL,
  settings TEXT NOT NULL,
  streams TEXT NOT NULL,
  unguarded_accepted_by TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE plan (
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  domain TEXT NOT NULL,
  system TEXT NOT NULL,
  attributes TEXT NOT NULL,
  drop_hold_percent INTEGER NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE golden_record (
  id BLOB NOT NULL,
  domain TEXT NOT NULL,
  state TEXT NOT NULL,
  code TEXT NOT NULL,
  code_fold TEXT NOT NULL,
  name_fold TEXT NOT NULL,
  attributes TEXT NOT NULL,
  version INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  merged_into BLOB,
  changed_at INTEGER NOT NULL,
  PRIMARY KEY (id)
);
-- A merged record has handed its code on; a retired one keeps it, so that no code comes back with another meaning.
CREATE UNIQUE INDEX golden_record_code ON golden_record (domain, code) WHERE state <> 'merged' AND code <> '';
CREATE INDEX golden_record_list ON golden_record (domain, id);

CREATE TABLE golden_version (
  record BLOB NOT NULL REFERENCES golden_record (id),
  version INTEGER NOT NULL,
  state TEXT NOT NULL,
  attributes TEXT NOT NULL,
  valid_from TEXT NOT NULL,
  recorded_at INTEGER NOT NULL,
  change_request BLOB,
  PRIMARY KEY (record, version)
);

CREATE TABLE lineage (
  record BLOB NOT NULL REFERENCES golden_record (id),
  attribute TEXT NOT NULL,
  version INTEGER NOT NULL,
  system TEXT NOT NULL,
  code TEXT NOT NULL,
  rule TEXT NOT NULL,
  change_request BLOB,
  recorded_at INTEGER NOT NULL,
  PRIMARY KEY (record, attribute, version)
);

CREATE TABLE code_mapping (
  id BLOB NOT NULL,
  domain TEXT NOT NULL,
  system TEXT NOT NULL,
  plant TEXT NOT NULL,
  code_type TEXT NOT NULL,
  code TEXT NOT NULL,
  code_key TEXT NOT NULL,
  code_fold TEXT NOT NULL,
  record BLOB NOT NULL REFERENCES golden_record (id),
  relation TEXT NOT NULL,
  state TEXT NOT NULL,
  valid_from TEXT NOT NULL,
  valid_to TEXT NOT NULL,
  basis TEXT NOT NULL,
  default_out BOOLEAN NOT NULL,
  version INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  change_request BLOB,
  PRIMARY KEY (id)
);
CREATE INDEX code_mapping_key ON code_mapping (domain, system, code_type, plant, code_key);
CREATE INDEX code_mapping_list ON code_mapping (domain, system, id);
CREATE INDEX code_mapping_record ON code_mapping (record, system);

CREATE TABLE plant_use (
  record BLOB NOT NULL REFERENCES golden_record (id),
  plant TEXT NOT NULL,
  domain TEXT NOT NULL,
  state TEXT NOT NULL,
  valid_from TEXT NOT NULL,
  valid_to TEXT NOT NULL,
  source TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (record, plant)
);
CREATE INDEX plant_use_plant ON plant_use (plant, record);

CREATE TABLE change_request (
  id BLOB NOT NULL,
  kind TEXT NOT NULL,
  domain TEXT NOT NULL,
  plant TEXT NOT NULL,
  title TEXT NOT NULL,
  reason TEXT NOT NULL,
  state TEXT NOT NULL,
  proposed_by TEXT NOT NULL,
  proposed_at INTEGER NOT NULL,
  item_count INTEGER NOT NULL,
  approvals TEXT NOT NULL,
  closed_by TEXT NOT NULL,
  closed_at INTEGER NOT NULL,
  closed_why TEXT NOT NULL,
  applied_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX change_request_list ON change_request (proposed_at, id);
CREATE INDEX change_request_state ON change_request (state, proposed_at, id);

CREATE TABLE change_item (
  request BLOB NOT NULL REFERENCES change_request (id),
  position INTEGER NOT NULL,
  record BLOB,
  discrepancy BLOB,
  body TEXT NOT NULL,
  PRIMARY KEY (request, position)
);

CREATE TABLE discrepancy (
  id BLOB NOT NULL,
  identity TEXT NOT NULL,
  domain TEXT NOT NULL,
  system TEXT NOT NULL,
  plant TEXT NOT NULL,
  record BLOB,
  class TEXT NOT NULL,
  attribute TEXT NOT NULL,
  line TEXT NOT NULL,
  code TEXT NOT NULL,
  label TEXT NOT NULL,
  search_fold TEXT NOT NULL,
  pattern TEXT NOT NULL,
  golden TEXT NOT NULL,
  source TEXT NOT NULL,
  golden_version INTEGER NOT NULL,
  source_hash TEXT NOT NULL,
  read_at INTEGER NOT NULL,
  state TEXT NOT NULL,
  first_run BLOB,
  last_run BLOB,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  change_request BLOB,
  remedy TEXT NOT NULL,
  fixed_at INTEGER NOT NULL,
  accepted_until TEXT NOT NULL,
  note TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (id)
);
CREATE UNIQUE INDEX discrepancy_identity ON discrepancy (identity);
CREATE INDEX discrepancy_queue ON discrepancy (domain, system, state, first_seen, id);
CREATE INDEX discrepancy_list ON discrepancy (domain, system, id);
CREATE INDEX discrepancy_request ON discrepancy (change_request) WHERE change_request IS NOT NULL;

CREATE TABLE delivery (
  id BLOB NOT NULL,
  system TEXT NOT NULL,
  domain TEXT NOT NULL,
  record BLOB,
  kind TEXT NOT NULL,
  code TEXT NOT NULL,
  expected TEXT NOT NULL,
  wanted TEXT NOT NULL,
  by_hand BOOLEAN NOT NULL,
  state TEXT NOT NULL,
  change_request BLOB,
  discrepancy BLOB,
  approved_by TEXT NOT NULL,
  plant TEXT NOT NULL,
  label TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  idempotency_key TEXT NOT NULL,
  conc_key TEXT NOT NULL,
  run_at INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  lease_owner TEXT NOT NULL,
  lease_until INTEGER NOT NULL,
  fence INTEGER NOT NULL,
  unguarded BOOLEAN NOT NULL,
  problem TEXT NOT NULL,
  problem_code TEXT NOT NULL,
  found TEXT NOT NULL,
  due_on TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  confirmed_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (id)
);
CREATE UNIQUE INDEX delivery_idempotency ON delivery (idempotency_key);
CREATE INDEX delivery_blocking ON delivery (conc_key, sequence)
  WHERE state IN ('pending', 'retrying', 'held', 'in_flight', 'conflict', 'dead');
CREATE INDEX delivery_due ON delivery (sequence) WHERE state IN ('pending', 'retrying', 'in_flight');
CREATE INDEX delivery_list ON delivery (created_at, id);
CREATE INDEX delivery_discrepancy ON delivery (discrepancy) WHERE discrepancy IS NOT NULL;
CREATE INDEX delivery_request ON delivery (change_request) WHERE change_request IS NOT NULL;

-- A prerequisite may be enqueued after its dependant in one transaction, so there is no foreign key: one that does not exist
-- is not confirmed.
CREATE TABLE delivery_prerequisite (
  delivery BLOB NOT NULL REFERENCES delivery (id),
  position INTEGER NOT NULL,
  prerequisite BLOB NOT NULL,
  PRIMARY KEY (delivery, position)
);
CREATE INDEX delivery_prerequisite_back ON delivery_prerequisite (prerequisite);

CREATE TABLE import_file (
  id BLOB NOT NULL,
  system TEXT NOT NULL,
  plant TEXT NOT NULL,
  domain TEXT NOT NULL,
  file_name TEXT NOT NULL,
  file_hash TEXT NOT NULL,
  state TEXT NOT NULL,
  counts TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  change_request BLOB,
  PRIMARY KEY (id)
);
CREATE INDEX import_file_list ON import_file (created_at, id);

CREATE TABLE import_row (
  import BLOB NOT NULL REFERENCES import_file (id),
  position INTEGER NOT NULL,
  line INTEGER NOT NULL,
  code TEXT NOT NULL,
  target TEXT NOT NULL,
  status TEXT NOT NULL,
  message TEXT NOT NULL,
  record BLOB,
  PRIMARY KEY (import, position)
);
