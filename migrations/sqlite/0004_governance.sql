-- +goose Up
-- Reference data and standing rules, governed like all else: entries and rule are JSON that SQL never looks into.
CREATE TABLE code_list (
  id TEXT NOT NULL,
  label TEXT NOT NULL,
  entries TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (id)
);

-- id is the domain whose authority it is.
CREATE TABLE authority (
  id TEXT NOT NULL,
  creation TEXT NOT NULL,
  attributes TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (id)
);
