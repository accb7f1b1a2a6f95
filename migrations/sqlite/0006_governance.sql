-- +goose Up
-- The approval policy, what a change request needs, what came of its items, and acceptances of wider scope.

CREATE TABLE approval_policy (
  id TEXT NOT NULL,
  body TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (id)
);

-- governance holds what is only read with the request: its needs, the rework asked for, the second look.
ALTER TABLE change_request ADD COLUMN governance TEXT NOT NULL DEFAULT '{"needs":{"approvers":1},"proposal":1}';
ALTER TABLE change_request ADD COLUMN apply_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE change_request ADD COLUMN second_look TEXT NOT NULL DEFAULT '';
ALTER TABLE change_request ADD COLUMN reverts BLOB;
CREATE INDEX change_request_due ON change_request (apply_at, id) WHERE state IN ('approved', 'scheduled');
CREATE INDEX change_request_look ON change_request (second_look, proposed_at, id) WHERE second_look <> '';

CREATE INDEX change_request_reverts ON change_request (reverts) WHERE reverts IS NOT NULL;

CREATE INDEX change_item_record ON change_item (record) WHERE record IS NOT NULL;

-- The items of proposals that were edited since.
CREATE TABLE change_item_history (
  request BLOB NOT NULL REFERENCES change_request (id),
  proposal INTEGER NOT NULL,
  position INTEGER NOT NULL,
  record BLOB,
  discrepancy BLOB,
  body TEXT NOT NULL,
  PRIMARY KEY (request, proposal, position)
);

CREATE TABLE change_effect (
  request BLOB NOT NULL REFERENCES change_request (id),
  position INTEGER NOT NULL,
  left_out TEXT NOT NULL,
  delivery BLOB,
  changed BOOLEAN NOT NULL,
  use_before TEXT NOT NULL,
  PRIMARY KEY (request, position)
);

CREATE TABLE acceptance (
  id BLOB NOT NULL,
  scope TEXT NOT NULL,
  domain TEXT NOT NULL,
  system TEXT NOT NULL,
  plant TEXT NOT NULL,
  class TEXT NOT NULL,
  attribute TEXT NOT NULL,
  record BLOB,
  code TEXT NOT NULL,
  label TEXT NOT NULL,
  reason TEXT NOT NULL,
  until TEXT NOT NULL,
  state TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  ended_by TEXT NOT NULL,
  ended_at INTEGER NOT NULL,
  ended_why TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX acceptance_list ON acceptance (created_at, id);
CREATE INDEX acceptance_active ON acceptance (domain, system) WHERE state = 'active';

ALTER TABLE discrepancy ADD COLUMN acceptance BLOB;
CREATE INDEX discrepancy_acceptance ON discrepancy (acceptance) WHERE acceptance IS NOT NULL;
CREATE INDEX discrepancy_accepted ON discrepancy (accepted_until) WHERE state = 'accepted';

-- versions are those of entries, four bytes each in the same order: what the person saw.
ALTER TABLE queue_snapshot ADD COLUMN versions BLOB NOT NULL DEFAULT x'';
