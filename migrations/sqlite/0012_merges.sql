-- +goose Up
-- A difference may be of a code that the record has through one that was merged into it.
ALTER TABLE discrepancy ADD COLUMN through BLOB;
CREATE INDEX discrepancy_through ON discrepancy (through) WHERE through IS NOT NULL;
CREATE INDEX discrepancy_record ON discrepancy (record) WHERE record IS NOT NULL;
CREATE INDEX delivery_record ON delivery (record, sequence) WHERE record IS NOT NULL;
