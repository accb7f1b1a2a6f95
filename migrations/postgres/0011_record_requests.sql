-- +goose Up
-- What golden records are recognised by, written with them.
CREATE TABLE record_key (
  domain text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  record uuid NOT NULL REFERENCES golden_record (id),
  PRIMARY KEY (domain, kind, key, record)
);
CREATE INDEX record_key_record ON record_key (record);

-- How the codes of requested records are made, and the last number each pattern has given.
ALTER TABLE authority ADD COLUMN code_pattern text COLLATE "C" NOT NULL DEFAULT '';
CREATE TABLE code_series (
  domain text COLLATE "C" NOT NULL,
  series text COLLATE "C" NOT NULL,
  last bigint NOT NULL,
  PRIMARY KEY (domain, series)
);

-- The plants' wishes for golden records.
CREATE TABLE record_request (
  id uuid NOT NULL,
  domain text COLLATE "C" NOT NULL,
  plant text COLLATE "C" NOT NULL,
  system text COLLATE "C" NOT NULL,
  code text COLLATE "C" NOT NULL,
  code_key text COLLATE "C" NOT NULL,
  code_fold text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  attributes text COLLATE "C" NOT NULL,
  reason text COLLATE "C" NOT NULL,
  requested_by text COLLATE "C" NOT NULL,
  requested_at bigint NOT NULL,
  record uuid,
  waits_with uuid REFERENCES record_request (id),
  change_request uuid REFERENCES change_request (id),
  note text COLLATE "C" NOT NULL,
  noted_by text COLLATE "C" NOT NULL,
  changed_at bigint NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX record_request_newest ON record_request (requested_at, id);
CREATE INDEX record_request_code ON record_request (domain, system, code_key);
CREATE INDEX record_request_change ON record_request (change_request);
CREATE INDEX record_request_with ON record_request (waits_with);

CREATE TABLE record_request_key (
  domain text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  request uuid NOT NULL REFERENCES record_request (id),
  PRIMARY KEY (domain, kind, key, request)
);
CREATE INDEX record_request_key_request ON record_request_key (request);
