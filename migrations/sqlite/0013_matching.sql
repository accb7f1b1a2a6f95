-- +goose Up
-- Governed: what people said of pairs that may be one thing. pair_key is made of side_a and side_b, which is always the later one.
CREATE TABLE verdict (
  id BLOB NOT NULL,
  domain TEXT NOT NULL,
  pair_key TEXT NOT NULL,
  side_a TEXT NOT NULL,
  side_b TEXT NOT NULL,
  code TEXT NOT NULL,
  word TEXT NOT NULL,
  plant TEXT NOT NULL,
  given_by TEXT NOT NULL,
  given_at INTEGER NOT NULL,
  remark TEXT NOT NULL,
  vector TEXT NOT NULL,
  probability REAL NOT NULL,
  rule INTEGER NOT NULL,
  band TEXT NOT NULL,
  sampled BOOLEAN NOT NULL,
  unmerged BOOLEAN NOT NULL,
  change_request BLOB REFERENCES change_request (id),
  undone_by TEXT NOT NULL,
  undone_at INTEGER NOT NULL,
  undone_why TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (id)
);
CREATE UNIQUE INDEX verdict_standing ON verdict (domain, pair_key) WHERE undone_at = 0;
CREATE INDEX verdict_newest ON verdict (domain, given_at, id);
CREATE INDEX verdict_side_a ON verdict (domain, side_a);
CREATE INDEX verdict_side_b ON verdict (domain, side_b);
CREATE INDEX verdict_request ON verdict (change_request);

-- Operating: what the last evaluation of a domain proposed.
CREATE TABLE match_candidate (
  domain TEXT NOT NULL,
  id BLOB NOT NULL,
  pair_key TEXT NOT NULL,
  side_a TEXT NOT NULL,
  side_b TEXT NOT NULL,
  code TEXT NOT NULL,
  merges BOOLEAN NOT NULL,
  system TEXT NOT NULL,
  plant TEXT NOT NULL,
  state TEXT NOT NULL,
  band TEXT NOT NULL,
  probability REAL NOT NULL,
  margin REAL NOT NULL,
  contradicted BOOLEAN NOT NULL,
  place INTEGER NOT NULL,
  explanation TEXT NOT NULL,
  vector TEXT NOT NULL,
  rule INTEGER NOT NULL,
  sampled BOOLEAN NOT NULL,
  cluster BLOB,
  evaluated_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (id)
);
CREATE UNIQUE INDEX match_candidate_pair ON match_candidate (domain, pair_key);
CREATE INDEX match_candidate_best ON match_candidate (domain, probability, id);
CREATE INDEX match_candidate_side_a ON match_candidate (domain, side_a);
CREATE INDEX match_candidate_side_b ON match_candidate (domain, side_b);
CREATE INDEX match_candidate_cluster ON match_candidate (cluster) WHERE cluster IS NOT NULL;

CREATE TABLE match_cluster (
  domain TEXT NOT NULL,
  id BLOB NOT NULL,
  size INTEGER NOT NULL,
  weakest REAL NOT NULL,
  evaluated_at INTEGER NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX match_cluster_best ON match_cluster (domain, weakest, id);
CREATE TABLE match_cluster_member (
  cluster BLOB NOT NULL REFERENCES match_cluster (id),
  record BLOB NOT NULL,
  PRIMARY KEY (cluster, record)
);

-- How far the evaluation of each domain is, and which replica is at it.
CREATE TABLE match_state (
  domain TEXT NOT NULL,
  seq INTEGER NOT NULL,
  verdicts INTEGER NOT NULL,
  read_at INTEGER NOT NULL,
  rule INTEGER NOT NULL,
  records INTEGER NOT NULL,
  codes INTEGER NOT NULL,
  candidates INTEGER NOT NULL,
  clusters INTEGER NOT NULL,
  evaluated_at INTEGER NOT NULL,
  seconds REAL NOT NULL,
  failed TEXT NOT NULL,
  tried_at INTEGER NOT NULL,
  requested_at INTEGER NOT NULL,
  owner TEXT NOT NULL,
  lease_until INTEGER NOT NULL,
  fence INTEGER NOT NULL,
  PRIMARY KEY (domain)
);
CREATE INDEX run_domain ON run (domain, finished_at);
