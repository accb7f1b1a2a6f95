-- +goose Up
-- When plans run by themselves, what a run tells, and the outbox of events.
ALTER TABLE plan ADD COLUMN schedules text NOT NULL DEFAULT '[]';
ALTER TABLE plan ADD COLUMN time_zone text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE plan ADD COLUMN paused boolean NOT NULL DEFAULT false;

ALTER TABLE run ADD COLUMN read_ended_at bigint NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN compared_at bigint NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN due_at bigint NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN attempt bigint NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN skips text NOT NULL DEFAULT '{}';
ALTER TABLE run ADD COLUMN proof text NOT NULL DEFAULT '';
-- Two processes that see the same due instant make one run of it.
CREATE UNIQUE INDEX run_due ON run (plan, due_at) WHERE due_at <> 0;

-- Up to when it was seen what a plan owes, under which timing.
CREATE TABLE plan_clock (
  plan text COLLATE "C" NOT NULL,
  timing text COLLATE "C" NOT NULL,
  seen_at bigint NOT NULL,
  PRIMARY KEY (plan)
);

-- Sequence comes from a row of change_counter that is locked last, so that events become visible in its order.
CREATE TABLE event (
  sequence bigint NOT NULL,
  at bigint NOT NULL,
  kind text COLLATE "C" NOT NULL,
  domain text COLLATE "C" NOT NULL,
  system text COLLATE "C" NOT NULL,
  plant text COLLATE "C" NOT NULL,
  subject text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  PRIMARY KEY (sequence)
);
