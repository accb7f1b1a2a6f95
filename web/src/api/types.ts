/**
 * The shapes of the HTTP API under /api/v1. `schema.d.ts` is generated from openapi.json by `npm run schema`; this file gives
 * its shapes the workbench's names, and states and kinds the words they are made of, where the document only says text.
 */
import type { components } from './schema';

type Schema = components['schemas'];
/** A shape of the document with the values of some of its fields known more closely; a field it does not have is a mistake. */
type Narrow<T, K extends { [key in keyof K]: key extends keyof T ? unknown : never }> = Omit<T, keyof K> & K;

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

export type FieldFault = Schema['ProblemField'];
/** A problem as it came; anything may be missing from what another program between us and the server has answered. */
export type ProblemDocument = Partial<Schema['Problem']>;

export type Action = 'read' | 'propose' | 'approve' | 'operate' | 'configure' | 'audit' | 'work_off';
export type Me = Narrow<Schema['Me'], { actions: Action[] }>;

export type AttributeDefinition = Schema['Attribute'];
export type Definition = Schema['Definition'];
export type SourceSystem = Schema['System'];
export type SystemCheck = Schema['SystemCheck'];
export type Plant = Schema['Plant'];
export type Plan = Narrow<Schema['Plan'], { last_run?: Run }>;

export type RunMode = 'complete' | 'incremental' | 'partial';
export type RunState = 'queued' | 'reading' | 'comparing' | 'held' | 'done' | 'incomplete' | 'failed' | 'cancelled';
export type RunCount = keyof Schema['RunCounts'];
export type RunSkip = keyof Schema['RunSkips'];
export type RunPhase = keyof Schema['RunPhases'];
export type ChangeEvent = Schema['Event'];
export type Run = Narrow<Schema['Run'], { mode: RunMode; state: RunState }>;
export type QuarantinedRow = Schema['QuarantinedRow'];

export type DiscrepancyClass =
  | 'missing' | 'unexpected' | 'archived' | 'deleted' | 'value' | 'structure' | 'unmapped' | 'duplicate_code';
export type DiscrepancyState =
  | 'open' | 'in_review' | 'change_requested' | 'fix_pending' | 'verified' | 'accepted' | 'bounced' | 'reopened' | 'closed';

export type QueueFilter = Schema['OpenQueue'];
export type QueueGroup = Narrow<Schema['QueueGroup'], { class: DiscrepancyClass }>;
export type QueueSnapshot = Narrow<Schema['QueueSnapshot'], { groups: QueueGroup[] }>;
export type QueueRow = Narrow<Schema['Row'], { state: DiscrepancyState; class: DiscrepancyClass }>;
export type DiffLine = Narrow<Schema['FieldDiff'], { golden: Value; source: Value }>;
export type Verb = Schema['Decision']['verb'];
export type VerbOffer = Narrow<Schema['VerbOption'], { verb: Verb }>;
export type Candidate = Schema['RecordChoice'];
export type Discrepancy = Narrow<
  Schema['Discrepancy'],
  {
    state: DiscrepancyState;
    class: DiscrepancyClass;
    golden_value: Value;
    source_value: Value;
    diff: DiffLine[];
    verbs: VerbOffer[];
    deliveries: Delivery[];
  }
>;

export type DecisionItem = Narrow<Schema['Decision'], { values?: Attributes }>;
export type BatchDecision = Schema['BatchDecision'];
export type BatchVerb = BatchDecision['verb'];
export type BatchResult = Narrow<Schema['BatchResult'], { request_state: RequestState | '' }>;
export type AcceptanceScope = Schema['NewAcceptance']['scope'];
export type Acceptance = Narrow<Schema['Acceptance'], { class: DiscrepancyClass }>;
export type AcceptanceResult = Schema['AcceptanceResult'];
export type DecisionResult = Narrow<Schema['DecisionResult'], { discrepancy?: QueueRow }>;

export type RequestState =
  | 'draft' | 'submitted' | 'in_review' | 'rework' | 'approved' | 'scheduled' | 'applied' | 'rejected' | 'withdrawn' | 'superseded' | 'failed';
export type RequestKind = Schema['ChangeRequest']['kind'];
export type ChangeRequest = Narrow<Schema['ChangeRequest'], { state: RequestState }>;
export type Reversal = Narrow<Schema['Reversal'], { change_request: ChangeRequest }>;
export type ItemAction = Schema['ChangeItem']['action'];
export type DeliveryOrder = Narrow<Schema['DeliveryOrder'], { kind: DeliveryKind; expect: Attributes; set: Attributes }>;
export type ChangeItem = Narrow<Schema['ChangeItem'], { before: Attributes; set: Attributes; delivery?: DeliveryOrder }>;

export type DeliveryKind = 'update' | 'create' | 'archive' | 'restore' | 'adopt' | 'remove';
export type DeliveryState =
  | 'pending' | 'in_flight' | 'confirmed' | 'retrying' | 'held' | 'conflict' | 'dead' | 'skipped' | 'worklisted';
export type Delivery = Narrow<
  Schema['Delivery'],
  { kind: DeliveryKind; state: DeliveryState; expect: Attributes; set: Attributes; current: Attributes }
>;
export type DeliverySummary = Narrow<
  Schema['DeliverySummary'],
  { systems: Narrow<Schema['DeliveryCounts'], { counts: Partial<Record<DeliveryState, number>> }>[] }
>;

export type RecordRequest = Narrow<Schema['RecordRequest'], { attributes: Attributes }>;
export type RecordRequestState = RecordRequest['state'];
export type RecordRequestDetail = Narrow<Schema['RecordRequestDetail'], { attributes: Attributes; record?: GoldenRecord }>;

export type Mapping = Schema['Mapping'];
export type MappingProposal = Schema['ProposeMapping'];
export type UnmappedCode = Schema['UnmappedCode'];
export type UnmappedList = Schema['UnmappedList'];
export type DeclaredUse = Schema['DeclaredUse'];
export type UseState = DeclaredUse['state'];
export type UseProposal = Schema['ProposeUse'];
export type SaidBySystem = Narrow<Schema['SaidBySystem'], { attributes: Attributes }>;
export type GoldenRecord = Narrow<Schema['Record'], { attributes: Attributes }>;
export type GoldenRecordDetail = Narrow<
  Schema['RecordDetail'],
  { attributes: Attributes; versions: Narrow<Schema['RecordVersion'], { attributes: Attributes }>[] }
>;

export type ImportRowStatus = Schema['ImportRow']['status'];
export type Import = Schema['Import'];
export type ImportRow = Schema['ImportRow'];
export type User = Schema['User'];
export type UserRole = Schema['Role'];
export type ServiceIdentity = Schema['ServiceIdentity'];
export type IssuedKey = Schema['IssuedKey'];
export type AuditEntry = Schema['AuditEntry'];

export type VerdictWord = 'match' | 'no_match' | 'unsure';
export type CandidateBand = 'auto' | 'review' | 'reject';
export type CandidateState = Schema['MatchCandidate']['state'];
export type Waterfall = Schema['Waterfall'];
export type WaterfallReason = Schema['WaterfallReason'];
export type MatchCandidate = Schema['MatchCandidate'];
export type CandidateList = Schema['CandidateList'];
export type MatchState = Schema['MatchState'];
export type MatchCluster = Schema['ClusterDetail'];
export type NewVerdict = Schema['NewVerdict'];
export type Verdict = Schema['Verdict'];
export type VerdictList = Schema['VerdictList'];
export type VerdictResult = Schema['VerdictResult'];
export type ExplainedPair = Narrow<Schema['ExplainedPair'], { left: ExplainedSide; right: ExplainedSide }>;
export type ExplainedSide = Narrow<Schema['ExplainedSide'], { attributes: Attributes }>;
export type Suggestion = Schema['Suggestion'];
export type SuggestionList = Schema['SuggestionList'];
export type MergePreview = Schema['MergePreview'];
export type MergeAttribute = Schema['MergeAttribute'];
export type UnmergePreview = Schema['UnmergePreview'];
export type MatchRule = Schema['MatchRule'];
export type MatchRuleSays = Pick<MatchRule, 'note' | 'review' | 'auto' | 'target' | 'sample_percent' | 'skip' | 'terms' | 'auto_plants'>;
export type MatchBand = Schema['MatchBand'];
export type BackTest = Schema['BackTest'];
export type TermProposal = Schema['TermProposal'];
