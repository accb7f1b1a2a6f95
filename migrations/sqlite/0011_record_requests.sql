-- +goose Up
-- What golden records are recognised by, written with them.
CREATE TABLE record_key (
  domain TEXT NOT NULL,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  record BLOB NOT NULL REFERENCES golden_record (id),
  PRIMARY KEY (domain, kind, key, record)
);
CREATE INDEX record_key_record ON record_key (record);

-- How the codes of requested records are made, and the last number each pattern has given.
ALTER TABLE authority ADD COLUMN code_pattern TEXT NOT NULL DEFAULT '';
CREATE TABLE code_series (
  domain TEXT NOT NULL,
  series TEXT NOT NULL,
  last INTEGER NOT NULL,
  PRIMARY KEY (domain, series)
);

-- The plants' wishes for golden records.
CREATE TABLE record_request (
  id BLOB NOT NULL,
  domain TEXT NOT NULL,
  plant TEXT NOT NULL,
  system TEXT NOT NULL,
  code TEXT NOT NULL,
  code_key TEXT NOT NULL,
  code_fold TEXT NOT NULL,
  state TEXT NOT NULL,
  attributes TEXT NOT NULL,
  reason TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  requested_at INTEGER NOT NULL,
  record BLOB,
  waits_with BLOB REFERENCES record_request (id),
  change_request BLOB REFERENCES change_request (id),
  note TEXT NOT NULL,
  noted_by TEXT NOT NULL,
  changed_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX record_request_newest ON record_request (requested_at, id);
CREATE INDEX record_request_code ON record_request (domain, system, code_key);
CREATE INDEX record_request_change ON record_request (change_request);
CREATE INDEX record_request_with ON record_request (waits_with);

CREATE TABLE record_request_key (
  domain TEXT NOT NULL,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  request BLOB NOT NULL REFERENCES record_request (id),
  PRIMARY KEY (domain, kind, key, request)
);
CREATE INDEX record_request_key_request ON record_request_key (request);
