-- +goose Up
-- Governed data. Texts that are keys compare by bytes; instants are microseconds since 1970 UTC, 0 is "not yet"; civil dates
-- are ISO texts, '' is unbounded; JSON is text that SQL never looks into.

-- seq counts the writes to a domain's golden records and mappings; its row is what such writes lock first.
CREATE TABLE change_counter (
  domain text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (domain)
);

CREATE TABLE audit_entry (
  chain text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  at bigint NOT NULL,
  actor text COLLATE "C" NOT NULL,
  reason text NOT NULL,
  changes text NOT NULL,
  prev_hash text COLLATE "C" NOT NULL,
  hash text COLLATE "C" NOT NULL,
  PRIMARY KEY (chain, seq)
);
CREATE INDEX audit_entry_recent ON audit_entry (at, chain, seq);

-- audit_head is kept apart from the entries, so that a cut tail shows.
CREATE TABLE audit_head (
  chain text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  hash text COLLATE "C" NOT NULL,
  PRIMARY KEY (chain)
);

CREATE TABLE account (
  login text COLLATE "C" NOT NULL,
  name text NOT NULL,
  password_hash text NOT NULL,
  disabled boolean NOT NULL,
  roles text NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (login)
);

CREATE TABLE plant (
  id text COLLATE "C" NOT NULL,
  name text NOT NULL,
  time_zone text NOT NULL,
  languages text NOT NULL,
  currency text NOT NULL,
  state text COLLATE "C" NOT NULL,
  valid_from text COLLATE "C" NOT NULL,
  valid_to text COLLATE "C" NOT NULL,
  bindings text NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE source_system (
  id text COLLATE "C" NOT NULL,
  name text NOT NULL,
  kind text COLLATE "C" NOT NULL,
  plant text COLLATE "C" NOT NULL,
  code_type text COLLATE "C" NOT NULL,
  code_rule text COLLATE "C" NOT NULL,
  writable boolean NOT NULL,
  settings text NOT NULL,
  streams text NOT NULL,
  unguarded_accepted_by text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE plan (
  id text COLLATE "C" NOT NULL,
  name text NOT NULL,
  domain text COLLATE "C" NOT NULL,
  system text COLLATE "C" NOT NULL,
  attributes text NOT NULL,
  drop_hold_percent bigint NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE golden_record (
  id uuid NOT NULL,
  domain text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  code text COLLATE "C" NOT NULL,
  code_fold text COLLATE "C" NOT NULL,
  name_fold text COLLATE "C" NOT NULL,
  attributes text NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  merged_into uuid,
  changed_at bigint NOT NULL,
  PRIMARY KEY (id)
);
-- A merged record has handed its code on; a retired one keeps it, so that no code comes back with another meaning.
CREATE UNIQUE INDEX golden_record_code ON golden_record (domain, code) WHERE state <> 'merged' AND code <> '';
CREATE INDEX golden_record_list ON golden_record (domain, id);

CREATE TABLE golden_version (
  record uuid NOT NULL REFERENCES golden_record (id),
  version bigint NOT NULL,
  state text COLLATE "C" NOT NULL,
  attributes text NOT NULL,
  valid_from text COLLATE "C" NOT NULL,
  recorded_at bigint NOT NULL,
  change_request uuid,
  PRIMARY KEY (record, version)
);

CREATE TABLE lineage (
  record uuid NOT NULL REFERENCES golden_record (id),
  attribute text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  system text COLLATE "C" NOT NULL,
  code text COLLATE "C" NOT NULL,
  rule text COLLATE "C" NOT NULL,
  change_request uuid,
  recorded_at bigint NOT NULL,
  PRIMARY KEY (record, attribute, version)
);

CREATE TABLE code_mapping (
  id uuid NOT NULL,
  domain text COLLATE "C" NOT NULL,
  system text COLLATE "C" NOT NULL,
  plant text COLLATE "C" NOT NULL,
  code_type text COLLATE "C" NOT NULL,
  code text COLLATE "C" NOT NULL,
  code_key text COLLATE "C" NOT NULL,
  code_fold text COLLATE "C" NOT NULL,
  record uuid NOT NULL REFERENCES golden_record (id),
  relation text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  valid_from text COLLATE "C" NOT NULL,
  valid_to text COLLATE "C" NOT NULL,
  basis text COLLATE "C" NOT NULL,
  default_out boolean NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  change_request uuid,
  PRIMARY KEY (id)
);
CREATE INDEX code_mapping_key ON code_mapping (domain, system, code_type, plant, code_key);
CREATE INDEX code_mapping_list ON code_mapping (domain, system, id);
CREATE INDEX code_mapping_record ON code_mapping (record, system);

CREATE TABLE plant_use (
  record uuid NOT NULL REFERENCES golden_record (id),
  plant text COLLATE "C" NOT NULL,
  domain text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  valid_from text COLLATE "C" NOT NULL,
  valid_to text COLLATE "C" NOT NULL,
  source text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (record, plant)
);
CREATE INDEX plant_use_plant ON plant_use (plant, record);

CREATE TABLE change_request (
  id uuid NOT NULL,
  kind text COLLATE "C" NOT NULL,
  domain text COLLATE "C" NOT NULL,
  plant text COLLATE "C" NOT NULL,
  title text NOT NULL,
  reason text NOT NULL,
  state text COLLATE "C" NOT NULL,
  proposed_by text COLLATE "C" NOT NULL,
  proposed_at bigint NOT NULL,
  item_count bigint NOT NULL,
  approvals text NOT NULL,
  closed_by text COLLATE "C" NOT NULL,
  closed_at bigint NOT NULL,
  closed_why text NOT NULL,
  applied_at bigint NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX change_request_list ON change_request (proposed_at, id);
CREATE INDEX change_request_state ON change_request (state, proposed_at, id);

CREATE TABLE change_item (
  request uuid NOT NULL REFERENCES change_request (id),
  position bigint NOT NULL,
  record uuid,
  discrepancy uuid,
  body text NOT NULL,
  PRIMARY KEY (request, position)
);

CREATE TABLE discrepancy (
  id uuid NOT NULL,
  identity text COLLATE "C" NOT NULL,
  domain text COLLATE "C" NOT NULL,
  system text COLLATE "C" NOT NULL,
  plant text COLLATE "C" NOT NULL,
  record uuid,
  class text COLLATE "C" NOT NULL,
  attribute text COLLATE "C" NOT NULL,
  line text COLLATE "C" NOT NULL,
  code text COLLATE "C" NOT NULL,
  label text NOT NULL,
  search_fold text COLLATE "C" NOT NULL,
  pattern text COLLATE "C" NOT NULL,
  golden text NOT NULL,
  source text NOT NULL,
  golden_version bigint NOT NULL,
  source_hash text COLLATE "C" NOT NULL,
  read_at bigint NOT NULL,
  state text COLLATE "C" NOT NULL,
  first_run uuid,
  last_run uuid,
  first_seen bigint NOT NULL,
  last_seen bigint NOT NULL,
  change_request uuid,
  remedy text COLLATE "C" NOT NULL,
  fixed_at bigint NOT NULL,
  accepted_until text COLLATE "C" NOT NULL,
  note text NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (id)
);
CREATE UNIQUE INDEX discrepancy_identity ON discrepancy (identity);
CREATE INDEX discrepancy_queue ON discrepancy (domain, system, state, first_seen, id);
CREATE INDEX discrepancy_list ON discrepancy (domain, system, id);
CREATE INDEX discrepancy_request ON discrepancy (change_request) WHERE change_request IS NOT NULL;

CREATE TABLE delivery (
  id uuid NOT NULL,
  system text COLLATE "C" NOT NULL,
  domain text COLLATE "C" NOT NULL,
  record uuid,
  kind text COLLATE "C" NOT NULL,
  code text COLLATE "C" NOT NULL,
  expected text NOT NULL,
  wanted text NOT NULL,
  by_hand boolean NOT NULL,
  state text COLLATE "C" NOT NULL,
  change_request uuid,
  discrepancy uuid,
  approved_by text COLLATE "C" NOT NULL,
  plant text COLLATE "C" NOT NULL,
  label text NOT NULL,
  sequence bigint NOT NULL,
  idempotency_key text COLLATE "C" NOT NULL,
  conc_key text COLLATE "C" NOT NULL,
  run_at bigint NOT NULL,
  attempt bigint NOT NULL,
  lease_owner text COLLATE "C" NOT NULL,
  lease_until bigint NOT NULL,
  fence bigint NOT NULL,
  unguarded boolean NOT NULL,
  problem text NOT NULL,
  problem_code text COLLATE "C" NOT NULL,
  found text NOT NULL,
  due_on text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  confirmed_at bigint NOT NULL,
  version bigint NOT NULL,
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
  delivery uuid NOT NULL REFERENCES delivery (id),
  position bigint NOT NULL,
  prerequisite uuid NOT NULL,
  PRIMARY KEY (delivery, position)
);
CREATE INDEX delivery_prerequisite_back ON delivery_prerequisite (prerequisite);

CREATE TABLE import_file (
  id uuid NOT NULL,
  system text COLLATE "C" NOT NULL,
  plant text COLLATE "C" NOT NULL,
  domain text COLLATE "C" NOT NULL,
  file_name text NOT NULL,
  file_hash text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  counts text NOT NULL,
  created_by text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  change_request uuid,
  PRIMARY KEY (id)
);
CREATE INDEX import_file_list ON import_file (created_at, id);

CREATE TABLE import_row (
  import uuid NOT NULL REFERENCES import_file (id),
  position bigint NOT NULL,
  line bigint NOT NULL,
  code text COLLATE "C" NOT NULL,
  target text COLLATE "C" NOT NULL,
  status text COLLATE "C" NOT NULL,
  message text NOT NULL,
  record uuid,
  PRIMARY KEY (import, position)
);
