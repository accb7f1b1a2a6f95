-- +goose Up
-- The upload whose records a run takes in, where it does not read its system.
ALTER TABLE run ADD COLUMN import BLOB;
