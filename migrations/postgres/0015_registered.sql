-- +goose Up
-- How new records come in: whether other systems than those that create may bring any, and whether a person looks first.
ALTER TABLE authority ADD COLUMN new_records text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE authority ADD COLUMN creation_exclusive boolean NOT NULL DEFAULT FALSE;
