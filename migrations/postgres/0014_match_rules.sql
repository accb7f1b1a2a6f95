-- +goose Up
-- The versions of how the records of a domain are matched; one of them is in force.
CREATE TABLE match_rule (
  domain text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  state text COLLATE "C" NOT NULL,
  body text COLLATE "C" NOT NULL,
  back_test text COLLATE "C" NOT NULL,
  stored bigint NOT NULL,
  PRIMARY KEY (domain, version)
);
CREATE UNIQUE INDEX match_rule_active ON match_rule (domain) WHERE state = 'active';

-- The plants whose automatic band something has closed, or had.
CREATE TABLE match_band (
  domain text COLLATE "C" NOT NULL,
  plant text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  rule bigint NOT NULL,
  closed_at bigint NOT NULL,
  closed_why text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (domain, plant)
);
