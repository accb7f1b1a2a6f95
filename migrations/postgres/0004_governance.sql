-- +goose Up
-- Reference data and standing rules, governed like all else: entries and rule are JSON that SQL never looks into.
CREATE TABLE code_list (
  id text COLLATE "C" NOT NULL,
  label text NOT NULL,
  entries text NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (id)
);

-- id is the domain whose authority it is.
CREATE TABLE authority (
  id text COLLATE "C" NOT NULL,
  creation text NOT NULL,
  attributes text NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (id)
);
