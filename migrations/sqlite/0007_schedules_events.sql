-- +goose Up
-- When plans run by themselves, what a run tells, and the outbox of events.
ALTER TABLE plan ADD COLUMN schedules TEXT NOT NULL DEFAULT '[]';
ALTER TABLE plan ADD COLUMN time_zone TEXT NOT NULL DEFAULT '';
ALTER TABLE plan ADD COLUMN paused BOOLEAN NOT NULL DEFAULT FALSE;

ALTER TABLE run ADD COLUMN read_ended_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN compared_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN due_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN attempt INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN skips TEXT NOT NULL DEFAULT '{}';
ALTER TABLE run ADD COLUMN proof TEXT NOT NULL DEFAULT '';
-- Two processes that see the same due instant make one run of it.
CREATE UNIQUE INDEX run_due ON run (plan, due_at) WHERE due_at <> 0;

-- Up to when it was seen what a plan owes, under which timing.
CREATE TABLE plan_clock (
  plan TEXT NOT NULL,
  timing TEXT NOT NULL,
  seen_at INTEGER NOT NULL,
  PRIMARY KEY (plan)
);

-- Sequence comes from a row of change_counter that is locked last, so that events become visible in its order.
CREATE TABLE event (
  sequence INT NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  domain TEXT NOT NULL,
  system TEXT NOT NULL,
  plant TEXT NOT NULL,
  subject TEXT NOT NULL,
  state TEXT NOT NULL,
  PRIMARY KEY (sequence)
);
