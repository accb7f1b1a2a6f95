// Package reconcile compares what systems say with the golden records. Its Runner carries one resumable run from reading
// through staging and comparing to proposing; alignment and comparison are pure. It knows nothing of Odoo, SQL, HTTP or
// cron: systems, storage and the steward's queue stand behind its ports.
package reconcile

import (
	"context"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Source reads one system. Errors are *domain.Error with a sentence for the person who looks at the run: unreachable
// (CodeSystemUnreachable), connection cut (CodeSystemCut), key refused (CodeSystemDenied), an answer that is not what the
// protocol promises (CodeSystemAnswer), a field that is gone (CodeSystemSchema), asked to wait (CodeSystemBusy).
type Source interface {
	// Check tries the connection step by step and stops at the first step that fails.
	Check(ctx context.Context) []CheckStep
	// Supplies lists the definition's attributes this system delivers, as its field map says and without asking the system:
	// only these are compared. It answers the same before, during and after a reading, so that a run resumed after its
	// reading compares what it would have compared.
	Supplies(definition domain.Definition) []domain.AttributeID
	// Read hands over the domain's records in pages, in the order the source gives them, and says at the end whether it saw
	// all of them. An error of emit ends the reading and is returned as it is. A row that cannot be taken is put among the
	// page's Rejected, with its reason, and the reading goes on.
	Read(ctx context.Context, request ReadRequest, emit func(Page) error) (Proof, error)
}

// CheckStep is one step of a connection check.
type CheckStep struct {
	Name string // "reach", "sign in", "read one item", "write guard"
	OK   bool
	// Hint says in plain words what is wrong and what to do about it; on success what was found.
	Hint string
	Took time.Duration
}

// ReadRequest says what to read.
type ReadRequest struct {
	Definition domain.Definition
	// Attributes are those wanted; empty means all the system supplies, and that is what a run asks for: a system's records
	// are kept once for all plans.
	Attributes []domain.AttributeID
	// Since is the watermark of an earlier complete run: only what may have changed after it brings values, all else is only
	// named as present. "" reads everything. Either way a record is handed over once: a code that comes twice is taken for a
	// code the system gives to two records.
	Since string
}

// Page is one page of a reading. Of a row's Record the source gives Code, Active, Attributes and Token (of an unchanged one
// Code only), of a rejected row Position, Code, Reason and Content; the Runner adds the rest.
type Page struct {
	Rows []domain.StagedRow
	// Rejected are rows that cannot be taken. Where a row's Code is known, its record counts as present.
	Rejected []domain.QuarantinedRow
}

// Proof says what a reading that ended without error is worth.
type Proof struct {
	// Complete says the source proved, by a count or an end mark, that every record was named.
	Complete bool
	// Partial says that the source was only to name some records, and named all of those: it counts for a run of that mode.
	Partial bool
	// How says in plain words how the source knows that it is complete.
	How string
	// Why says in plain words why it is not complete.
	Why string
	// Watermark is where the next incremental reading may start; "" where the source has none.
	Watermark string
}

// Target writes to one system, and only what an approved delivery says.
type Target interface {
	// Apply makes the delivery, or finds it made, and reads back. What the system says against it comes back as the receipt's
	// Conflict or as a *domain.Error (see domain.OutcomeOf): unavailable may be retried, forbidden holds, the rest is dead.
	Apply(ctx context.Context, delivery domain.Delivery) (Receipt, error)
}

// Receipt is what a target says after a delivery.
type Receipt struct {
	// Conflict says the target did not hold what was expected: nothing was written, Current is what it holds.
	Conflict bool
	Current  domain.Attributes
	// Code is the target's own code of the record.
	Code domain.Code
	// Unguarded says the write was made without the target comparing and setting in one step.
	Unguarded bool
}

// Staging takes a reading in; each call is one transaction. What the methods promise, and with which codes they fail, stands
// with domain.StagingOps, domain.ComparisonOps, domain.RunOps and their readers, whose doors they are.
type Staging interface {
	// Begin leases an empty slot for the run, or empties the one it holds; CodeStoreBusy when all are taken.
	Begin(ctx context.Context, run domain.ID) (slot int, err error)
	// SlotOf returns the slot the run holds, as it was left; CodeRunStagingLost when it holds none.
	SlotOf(ctx context.Context, run domain.ID) (slot int, err error)
	// Stage adds rows and returns the keys that were staged before, whose first rows it has marked as duplicated.
	Stage(ctx context.Context, slot int, rows []domain.StagedRow) (duplicated []string, err error)
	// Staged counts the slot's rows.
	Staged(ctx context.Context, slot int) (int, error)
	// Vanished counts the source's known records that have no row in the slot.
	Vanished(ctx context.Context, slot int, system domain.SystemID, name domain.DomainName) (int, error)
	// Merge makes the slot's rows known as of the run's ReadAt and, when complete, what has no row gone. It may be repeated, and
	// then says again what the reading changed.
	Merge(ctx context.Context, slot int, run domain.Run, complete bool) (domain.StageResult, error)
	// End empties and frees the slot.
	End(ctx context.Context, slot int) error
	// Quarantine keeps rows that could not be taken.
	Quarantine(ctx context.Context, rows []domain.QuarantinedRow) error
	// ClearQuarantine drops what an earlier attempt of the run put aside.
	ClearQuarantine(ctx context.Context, run domain.ID) error
	// Present counts the source's records as known before this reading.
	Present(ctx context.Context, system domain.SystemID, name domain.DomainName) (int, error)
	// BeginComparison makes the basis the plan's own, and forgets of what agreed before all that may have changed.
	BeginComparison(ctx context.Context, basis domain.ComparisonBasis) error
	// Pending returns the next stretch of the system's records, with those of them that have to be compared.
	Pending(ctx context.Context, basis domain.ComparisonBasis, after string) (domain.PendingRecords, error)
	// LinkedOf returns records the source has, with what they are mapped to.
	LinkedOf(ctx context.Context, system domain.SourceSystem, name domain.DomainName, day domain.Date, keys []string) ([]domain.LinkedRecord, error)
	// Agreed remembers records that were compared without a finding; CodeRunLeaseLost when the comparison was begun again.
	Agreed(ctx context.Context, basis domain.ComparisonBasis, records []domain.LinkedRecord) error
	// Expected returns a page of the mapped records of which the source has no row.
	Expected(ctx context.Context, system domain.SourceSystem, name domain.DomainName, day domain.Date, page domain.Page) ([]domain.ExpectedRecord, string, error)
}

// Proposer takes findings to the steward's queue.
type Proposer interface {
	// Register lets new codes of the run's system become golden records where a standing rule says so, before they are compared,
	// and returns how many did. It is called only for a run that was proven complete; registering again finds nothing new.
	Register(ctx context.Context, run domain.Run) (int, error)
	// Observe opens or refreshes the discrepancies of these findings: at most 500, no two of one identity. Observing again
	// within a run, after a crash, changes nothing more and counts the same.
	Observe(ctx context.Context, run domain.Run, findings []domain.Finding) (domain.RunCounts, error)
	// Conclude closes or verifies the discrepancies of the run's system and domain that the run did not find again. It is
	// called only for a run that was proven complete.
	Conclude(ctx context.Context, run domain.Run) (domain.RunCounts, error)
}

// Progress saves the run as it goes on. A run that was cancelled or whose lease is lost comes back as CodeRunLeaseLost or
// CodeStateMove, upon which the Runner lets go of it.
type Progress interface {
	// Save stores the run over the version it was last saved or loaded at, and returns it as stored.
	Save(ctx context.Context, run domain.Run) (domain.Run, error)
	// Now is the store's clock.
	Now(ctx context.Context) (domain.Instant, error)
}
