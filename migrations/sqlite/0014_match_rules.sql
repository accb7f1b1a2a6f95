-- +goose Up
-- The versions of how the records of a domain are matched; one of them is in force.
CREATE TABLE match_rule (
  domain TEXT NOT NULL,
  version INTEGER NOT NULL,
  state TEXT NOT NULL,
  body TEXT NOT NULL,
  back_test TEXT NOT NULL,
  stored INTEGER NOT NULL,
  PRIMARY KEY (domain, version)
);
CREATE UNIQUE INDEX match_rule_active ON match_rule (domain) WHERE state = 'active';

-- The plants whose automatic band something has closed, or had.
CREATE TABLE match_band (
  domain TEXT NOT NULL,
  plant TEXT NOT NULL,
  state TEXT NOT NULL,
  rule INTEGER NOT NULL,
  closed_at INTEGER NOT NULL,
  closed_why TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (domain, plant)
);
