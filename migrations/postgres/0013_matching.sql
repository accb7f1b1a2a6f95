-- +goose Up
-- Governed: what people said of pairs that may be one thing. pair_key is made of side_a and side_b, which is always the later one.
CREATE TABLE verdict (
  id uuid NOT NULL,
  domain text COLLATE "C" NOT NULL,
  pair_key text COLLATE "C" NOT NULL,
  side_a text COLLATE "C" NOT NULL,
  side_b text COLLATE "C" NOT NULL,
  code text COLLATE "C" NOT NULL,
  word text COLLATE "C" NOT NULL,
  plant text COLLATE "C" NOT NULL,
  given_by text COLLATE "C" NOT NULL,
  given_at bigint NOT NULL,
  remark text COLLATE "C" NOT NULL,
  vector text COLLATE "C" NOT NULL,
  probability double precision NOT NULL,
  rule bigint NOT NULL,
  band text COLLATE "C" NOT NULL,
  sampled boolean NOT NULL,
  unmerged boolean NOT NULL,
  change_request uuid REFERENCES change_request (id),
  undone_by text COLLATE "C" NOT NULL,
  undone_at bigint NOT NULL,
  undone_why text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (id)
);
CREATE UNIQUE INDEX verdict_standing ON verdict (domain, pair_key) WHERE undone_at = 0;
CREATE INDEX verdict_newest ON verdict (domain, given_at, id);
CREATE INDEX verdict_side_a ON verdict (domain, side_a);
CREATE INDEX verdict_side_b ON verdict (domain, side_b);
CREATE INDEX verdict_request ON verdict (change_request);

-- Operating: what the last evaluation of a domain proposed.
CREATE TABLE match_candidate (
  domain text COLLATE "C" NOT NULL,
  id uuid NOT NULL,
  pair_key text COLLATE "C" NOT NULL,
  side_a text COLLATE "C" NOT NULL,
  side_b text COLLATE "C" NOT NULL,
  code text COLLATE "C" NOT NULL,
  merges boolean NOT NULL,
  system text COLLATE "C" NOT NULL,
  plant text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  band text COLLATE "C" NOT NULL,
  probability double precision NOT NULL,
  margin double precision NOT NULL,
  contradicted boolean NOT NULL,
  place bigint NOT NULL,
  explanation text COLLATE "C" NOT NULL,
  vector text COLLATE "C" NOT NULL,
  rule bigint NOT NULL,
  sampled boolean NOT NULL,
  cluster uuid,
  evaluated_at bigint NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (id)
);
CREATE UNIQUE INDEX match_candidate_pair ON match_candidate (domain, pair_key);
CREATE INDEX match_candidate_best ON match_candidate (domain, probability, id);
CREATE INDEX match_candidate_side_a ON match_candidate (domain, side_a);
CREATE INDEX match_candidate_side_b ON match_candidate (domain, side_b);
CREATE INDEX match_candidate_cluster ON match_candidate (cluster) WHERE cluster IS NOT NULL;

CREATE TABLE match_cluster (
  domain text COLLATE "C" NOT NULL,
  id uuid NOT NULL,
  size bigint NOT NULL,
  weakest double precision NOT NULL,
  evaluated_at bigint NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX match_cluster_best ON match_cluster (domain, weakest, id);
CREATE TABLE match_cluster_member (
  cluster uuid NOT NULL REFERENCES match_cluster (id),
  record uuid NOT NULL,
  PRIMARY KEY (cluster, record)
);

-- How far the evaluation of each domain is, and which replica is at it.
CREATE TABLE match_state (
  domain text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  verdicts bigint NOT NULL,
  read_at bigint NOT NULL,
  rule bigint NOT NULL,
  records bigint NOT NULL,
  codes bigint NOT NULL,
  candidates bigint NOT NULL,
  clusters bigint NOT NULL,
  evaluated_at bigint NOT NULL,
  seconds double precision NOT NULL,
  failed text COLLATE "C" NOT NULL,
  tried_at bigint NOT NULL,
  requested_at bigint NOT NULL,
  owner text COLLATE "C" NOT NULL,
  lease_until bigint NOT NULL,
  fence bigint NOT NULL,
  PRIMARY KEY (domain)
);
CREATE INDEX run_domain ON run (domain, finished_at);
