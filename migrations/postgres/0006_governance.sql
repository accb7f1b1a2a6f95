-- +goose Up
-- The approval policy, what a change request needs, what came of its items, and acceptances of wider scope.

CREATE TABLE approval_policy (
  id text COLLATE "C" NOT NULL,
  body text NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (id)
);

-- governance holds what is only read with the request: its needs, the rework asked for, the second look.
ALTER TABLE change_request ADD COLUMN governance text NOT NULL DEFAULT '{"needs":{"approvers":1},"proposal":1}';
ALTER TABLE change_request ADD COLUMN apply_at bigint NOT NULL DEFAULT 0;
ALTER TABLE change_request ADD COLUMN second_look text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE change_request ADD COLUMN reverts uuid;
CREATE INDEX change_request_due ON change_request (apply_at, id) WHERE state IN ('approved', 'scheduled');
CREATE INDEX change_request_look ON change_request (second_look, proposed_at, id) WHERE second_look <> '';

CREATE INDEX change_request_reverts ON change_request (reverts) WHERE reverts IS NOT NULL;

CREATE INDEX change_item_record ON change_item (record) WHERE record IS NOT NULL;

-- The items of proposals that were edited since.
CREATE TABLE change_item_history (
  request uuid NOT NULL REFERENCES change_request (id),
  proposal bigint NOT NULL,
  position bigint NOT NULL,
  record uuid,
  discrepancy uuid,
  body text NOT NULL,
  PRIMARY KEY (request, proposal, position)
);

CREATE TABLE change_effect (
  request uuid NOT NULL REFERENCES change_request (id),
  position bigint NOT NULL,
  left_out text NOT NULL,
  delivery uuid,
  changed boolean NOT NULL,
  use_before text NOT NULL,
  PRIMARY KEY (request, position)
);

CREATE TABLE acceptance (
  id uuid NOT NULL,
  scope text COLLATE "C" NOT NULL,
  domain text COLLATE "C" NOT NULL,
  system text COLLATE "C" NOT NULL,
  plant text COLLATE "C" NOT NULL,
  class text COLLATE "C" NOT NULL,
  attribute text COLLATE "C" NOT NULL,
  record uuid,
  code text COLLATE "C" NOT NULL,
  label text NOT NULL,
  reason text NOT NULL,
  until text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  created_by text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  ended_by text COLLATE "C" NOT NULL,
  ended_at bigint NOT NULL,
  ended_why text NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX acceptance_list ON acceptance (created_at, id);
CREATE INDEX acceptance_active ON acceptance (domain, system) WHERE state = 'active';

ALTER TABLE discrepancy ADD COLUMN acceptance uuid;
CREATE INDEX discrepancy_acceptance ON discrepancy (acceptance) WHERE acceptance IS NOT NULL;
CREATE INDEX discrepancy_accepted ON discrepancy (accepted_until) WHERE state = 'accepted';

-- versions are those of entries, four bytes each in the same order: what the person saw.
ALTER TABLE queue_snapshot ADD COLUMN versions bytea NOT NULL DEFAULT '\x';
