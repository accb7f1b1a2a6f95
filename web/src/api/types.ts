/**
 * The shapes of the HTTP API under /api/v1, in one place.
 * Only this file knows them: a type generated from openapi.json can take its place without touching a page.
 */

export type Value =
  | null
  | { text: string }
  | { code: string }
  | { enum: string }
  | { qty: string; unit?: string }
  | { amount: string; currency: string }
  | { i18n: Record<string, string> }
  | { date: string }
  | { bool: boolean }
  | { ref: string; domain?: string }
  | { lines: unknown[] };

export type Attributes = Record<string, Value>;

export interface Page<T> {
  items: T[];
  next: string;
}

export interface FieldFault {
  location: string;
  message: string;
}

export interface ProblemDocument {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  code?: string;
  errors?: FieldFault[];
  trace_id?: string;
}

export type Action = 'read' | 'propose' | 'approve' | 'operate' | 'configure' | 'audit' | 'work_off';

export interface Me {
  id: string;
  login: string;
  name: string;
  roles: { role: string; domain: string; plant: string }[];
  actions: Action[];
  environment: 'demo' | 'test' | 'production';
  version: string;
}

export interface AttributeDefinition {
  id: string;
  label: string;
  help: string;
  kind: string;
  required: boolean;
  scope: string;
  governance: string;
  classification: string;
  unit: string;
  members: string[] | null;
}

export interface Definition {
  domain: string;
  label: string;
  version: number;
  code_attribute: string;
  name_attribute: string;
  attributes: AttributeDefinition[];
}

export interface SourceSystem {
  id: string;
  name: string;
  kind: string;
  plant: string;
  codes: string;
  writable: boolean;
  unguarded_accepted_by: string;
  settings: Record<string, string> | null;
  domains: string[] | null;
  records: number;
  version: number;
}

export interface SystemCheck {
  system: string;
  ok: boolean;
  steps: { name: string; ok: boolean; hint: string; milliseconds: number }[];
}

export interface Plant {
  id: string;
  name: string;
  time_zone: string;
  languages: string[] | null;
  currency: string;
  state: string;
  version: number;
}

export interface Plan {
  id: string;
  name: string;
  domain: string;
  system: string;
  attributes: string[] | null;
  drop_hold_percent: number;
  schedules: { cron: string; mode: RunMode }[];
  time_zone: string;
  paused: boolean;
  next_run: string;
  next_mode: RunMode | '';
  version: number;
  last_run?: Run;
}

export type RunMode = 'complete' | 'incremental';
export type RunState = 'queued' | 'reading' | 'comparing' | 'held' | 'done' | 'incomplete' | 'failed' | 'cancelled';
export type RunCount = 'read' | 'changed' | 'gone' | 'quarantined' | 'compared' | 'raised' | 'seen' | 'closed' | 'verified' | 'bounced';

export type RunSkip = 'rejected' | 'nameless' | 'duplicate' | 'unchanged' | 'unmapped' | 'dormant' | 'related' | 'retired' | 'not_expected' | 'onboarding';
export type RunPhase = 'waiting' | 'reading' | 'held' | 'comparing';

export interface Run {
  id: string;
  plan: string;
  system: string;
  domain: string;
  mode: RunMode;
  state: RunState;
  started_by: string;
  created_at: string;
  read_at: string;
  finished_at: string;
  due_at: string;
  attempt: number;
  phases: Record<RunPhase, number>;
  counts: Record<RunCount, number>;
  skips: Record<RunSkip, number>;
  proof: string;
  watermark: string;
  message: string;
  code: string;
  version: number;
}

export interface QuarantinedRow {
  position: string;
  code: string;
  reason: string;
  content: string;
}

export type DiscrepancyClass =
  | 'missing' | 'unexpected' | 'archived' | 'deleted' | 'value' | 'structure' | 'unmapped' | 'duplicate_code';
export type DiscrepancyState =
  | 'open' | 'in_review' | 'change_requested' | 'fix_pending' | 'verified' | 'accepted' | 'bounced' | 'reopened' | 'closed';

export interface QueueFilter {
  domain?: string;
  system?: string;
  class?: string;
  attribute?: string;
  states?: DiscrepancyState[];
  plants?: string[];
  pattern?: string;
  text?: string;
}

export interface QueueGroup {
  pattern: string;
  domain: string;
  system: string;
  class: DiscrepancyClass;
  attribute: string;
  count: number;
}

export interface QueueSnapshot {
  snapshot_id: string;
  total: number;
  expires_at: string;
  groups: QueueGroup[] | null;
}

export interface QueueRow {
  id: string;
  version: number;
  state: DiscrepancyState;
  class: DiscrepancyClass;
  domain: string;
  system: string;
  plant: string;
  attribute: string;
  record_id: string;
  label: string;
  code: string;
  golden: string;
  source: string;
  first_seen: string;
  last_seen: string;
}

export interface DiffLine {
  attribute: string;
  label: string;
  golden: Value;
  source: Value;
  golden_display: string;
  source_display: string;
  differs: boolean;
  tolerated: boolean;
}

export type Verb = 'take_source' | 'keep_golden' | 'map' | 'create' | 'accept';

export interface VerbOffer {
  verb: Verb;
  label: string;
  effect: string;
  enabled: boolean;
  why: string;
}

export interface Candidate {
  record_id: string;
  code: string;
  name: string;
}

export interface Discrepancy extends QueueRow {
  golden_value: Value;
  source_value: Value;
  note: string;
  pattern: string;
  change_request_id: string;
  remedy: string;
  fixed_at: string;
  accepted_until: string;
  record?: { id: string; code: string; name: string; version: number; state: string } | null;
  source_record?: { code: string; active: boolean; token: string; read_at: string; gone: boolean } | null;
  diff: DiffLine[] | null;
  others: { system: string; name: string; code: string; display: string }[] | null;
  verbs: VerbOffer[] | null;
  candidates: Candidate[] | null;
  deliveries: Delivery[] | null;
}

export interface DecisionItem {
  client_id: string;
  id: string;
  version: number;
  verb: Verb;
  reason?: string;
  record_id?: string;
  values?: Attributes;
  until?: string;
}

export interface DecisionResult {
  client_id: string;
  id: string;
  status: 'decided' | 'conflict' | 'refused';
  code: string;
  detail: string;
  change_request_id: string;
  discrepancy?: QueueRow | null;
}

export type RequestState =
  | 'draft' | 'submitted' | 'in_review' | 'rework' | 'approved' | 'scheduled' | 'applied' | 'rejected' | 'withdrawn' | 'superseded' | 'failed';
export type RequestKind = 'decision' | 'initial_load' | 'mappings' | 'configuration' | 'plant_use';

export interface ChangeRequest {
  id: string;
  kind: RequestKind;
  domain: string;
  plant: string;
  title: string;
  reason: string;
  state: RequestState;
  proposed_by: string;
  proposed_at: string;
  item_count: number;
  approvals: { by: string; at: string }[] | null;
  closed_by: string;
  closed_at: string;
  closed_why: string;
  applied_at: string;
  version: number;
  may: { approve: boolean; approve_why_not: string; withdraw: boolean };
}

export type ItemAction =
  | 'create_record' | 'update_record' | 'map_code' | 'use_plant' | 'write_system' | 'put_system' | 'put_plant' | 'put_plan';

export interface DeliveryOrder {
  system: string;
  kind: DeliveryKind;
  code: string;
  expect: Attributes | null;
  set: Attributes | null;
  by_hand: boolean;
}

export interface ChangeItem {
  action: ItemAction;
  label: string;
  domain: string;
  record_id: string;
  base_version: number;
  before: Attributes | null;
  set: Attributes | null;
  discrepancy_id: string;
  delivery?: DeliveryOrder | null;
  mapping?: {
    system: string;
    plant: string;
    code_type: string;
    code: string;
    record_id: string;
    valid_from: string;
    valid_to: string;
  } | null;
  plant_use?: { plant: string; state: string } | null;
  system?: Record<string, unknown> | null;
  plant?: Record<string, unknown> | null;
  plan?: Record<string, unknown> | null;
}

export type DeliveryKind = 'update' | 'create' | 'archive' | 'restore' | 'adopt' | 'remove';
export type DeliveryState =
  | 'pending' | 'in_flight' | 'confirmed' | 'retrying' | 'held' | 'conflict' | 'dead' | 'skipped' | 'worklisted';

export interface Delivery {
  id: string;
  system: string;
  domain: string;
  record_id: string;
  kind: DeliveryKind;
  code: string;
  label: string;
  plant: string;
  state: DeliveryState;
  expect: Attributes | null;
  set: Attributes | null;
  current: Attributes | null;
  attempt: number;
  max_attempts: number;
  problem: string;
  problem_code: string;
  unguarded: boolean;
  by_hand: boolean;
  due_on: string;
  approved_by: string;
  change_request_id: string;
  discrepancy_id: string;
  created_at: string;
  run_at: string;
  confirmed_at: string;
  version: number;
}

export interface DeliverySummary {
  systems: { system: string; name: string; counts: Partial<Record<DeliveryState, number>> }[] | null;
}

export interface Mapping {
  id: string;
  domain: string;
  system: string;
  plant: string;
  code_type: string;
  code: string;
  record_id: string;
  relation: string;
  state: string;
  valid_from: string;
  valid_to: string;
  basis: string;
  default_out: boolean;
  version: number;
  change_request_id: string;
}

export interface GoldenRecord {
  id: string;
  domain: string;
  state: string;
  code: string;
  name: string;
  version: number;
  attributes: Attributes | null;
  changed_at: string;
}

export interface GoldenRecordDetail extends GoldenRecord {
  mappings: Mapping[] | null;
  uses: { plant: string; state: string; source: string }[] | null;
  lineage:
    | { attribute: string; system: string; code: string; rule: string; version: number; change_request_id: string; recorded_at: string }[]
    | null;
  versions:
    | { version: number; state: string; attributes: Attributes | null; valid_from: string; recorded_at: string; change_request_id: string }[]
    | null;
}

export type ImportRowStatus = 'new' | 'same' | 'conflict' | 'wrong';

export interface Import {
  id: string;
  system: string;
  plant: string;
  domain: string;
  file_name: string;
  state: 'previewed' | 'submitted';
  counts: Partial<Record<ImportRowStatus, number>> | null;
  created_by: string;
  created_at: string;
  change_request_id: string;
}

export interface ImportRow {
  line: number;
  code: string;
  target: string;
  status: ImportRowStatus;
  message: string;
  record_id: string;
}

export interface AuditEntry {
  chain: string;
  sequence: number;
  at: string;
  actor: string;
  reason: string;
  changes: { aggregate: string; id: string; version: number }[] | null;
  hash: string;
}
