-- +goose Up
-- Which golden records name which: in an attribute, or in a field of one of its lines. It is written with each version of a record.
CREATE TABLE record_ref (
  domain TEXT NOT NULL,
  record BLOB NOT NULL REFERENCES golden_record (id),
  attribute TEXT NOT NULL,
  line TEXT NOT NULL,
  field TEXT NOT NULL,
  target BLOB NOT NULL,
  target_domain TEXT NOT NULL,
  PRIMARY KEY (record, attribute, line, field)
);
CREATE INDEX record_ref_target ON record_ref (target, record, attribute, line, field);
