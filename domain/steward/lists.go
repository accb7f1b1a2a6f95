package steward

import (
	"context"
	"fmt"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// RequestView is a change request with what the reader may do with it.
type RequestView struct {
	Request domain.ChangeRequest
	// MayApprove is false with the reason in WhyNot.
	MayApprove  bool
	WhyNot      string
	MayReject   bool
	MaySendBack bool
	MayWithdraw bool
	MayResubmit bool
	MayRevert   bool
	MayLook     bool
}

// view says what a person may do with a request. The steward who decided it alone is not told that it is in the sample of the
// second review until somebody has looked.
func (d *Desk) view(by domain.Actor, request domain.ChangeRequest) RequestView {
	can := func(_ domain.ChangeRequest, err error) bool { return err == nil }
	v := RequestView{
		Request:     request,
		MayWithdraw: can(request.Withdrawn(by, "", 0)),
		MayResubmit: can(request.Resubmitted(by, request.ItemCount, request.Needs)),
		MayRevert: request.State == domain.RequestApplied && request.Kind != domain.RequestConfiguration && request.Kind != domain.RequestUnmerge &&
			by.May(domain.ActionPropose, request.Scope()),
	}
	if request.ProposedBy == by.ID && request.Look == domain.LookWanted {
		v.Request.Look = domain.LookNone
	}
	if err := by.Require(domain.ActionApprove, request.Scope()); err != nil {
		v.WhyNot = sentence(err)
		return v
	}
	v.MayReject, v.MaySendBack = can(request.Rejected(by, "why", 0)), can(request.SentBack(by, "why", 0))
	v.MayLook = can(request.Looked(by, domain.LookAgreed, "", 0))
	if _, err := request.Approved(by, 0); err != nil {
		v.WhyNot = sentence(err)
		return v
	}
	v.MayApprove = true
	return v
}

// Requests lists the change requests the actor may see, newest first.
func (d *Desk) Requests(ctx context.Context, by domain.Actor, q domain.RequestQuery) ([]RequestView, string, error) {
	if !by.MaySomewhere(domain.ActionRead) {
		return nil, "", by.Require(domain.ActionRead, domain.Scope{})
	}
	if q.Look == domain.LookWanted && !by.MaySomewhere(domain.ActionApprove) {
		return nil, "", by.Require(domain.ActionApprove, domain.Scope{}) // the review is silent
	}
	q.Plants = by.Plants(domain.ActionRead)
	requests, next, err := d.Store.Read().Requests.List(ctx, q)
	if err != nil {
		return nil, "", fmt.Errorf("list change requests: %w", err)
	}
	views := make([]RequestView, len(requests))
	for i, request := range requests {
		views[i] = d.view(by, request)
	}
	return views, next, nil
}

// Request returns one change request; CodeRequestUnknown also for one the actor may not see.
func (d *Desk) Request(ctx context.Context, by domain.Actor, id domain.ID) (RequestView, error) {
	request, err := d.Store.Read().Requests.ByID(ctx, id)
	if err != nil {
		return RequestView{}, err
	}
	if !seesRequest(by, request) {
		return RequestView{}, domain.NotFound(domain.CodeRequestUnknown, "there is no such change request")
	}
	return d.view(by, request), nil
}

// seesRequest says whether the actor may see a request: its proposer always, others by their right to read. One that is of
// no plant is open to everybody who may read at all, as in the list.
func seesRequest(by domain.Actor, request domain.ChangeRequest) bool {
	if request.ProposedBy == by.ID || by.May(domain.ActionRead, requestScope(request)) {
		return true
	}
	return request.Plant == "" && by.MaySomewhere(domain.ActionRead)
}

// ItemView is an item with what became of it: LeftOut says why it had no effect though the rest of its request had.
type ItemView struct {
	domain.ChangeItem
	LeftOut string
}

// RequestItems returns a window of a request's items.
func (d *Desk) RequestItems(ctx context.Context, by domain.Actor, id domain.ID, offset, limit int) ([]ItemView, int, error) {
	v, err := d.Request(ctx, by, id)
	if err != nil {
		return nil, 0, err
	}
	reads := d.Store.Read().Requests
	items, err := reads.Items(ctx, id, offset, limit)
	if err != nil {
		return nil, 0, err
	}
	views := make([]ItemView, len(items))
	for i, item := range items {
		views[i] = ItemView{ChangeItem: item}
	}
	if !v.Request.Batch || v.Request.State != domain.RequestApplied {
		return views, v.Request.ItemCount, nil
	}
	effects, err := reads.Effects(ctx, id)
	for _, e := range effects {
		if at := e.Position - offset; at >= 0 && at < len(views) {
			views[at].LeftOut = e.LeftOut
		}
	}
	return views, v.Request.ItemCount, err
}

// Deliveries lists the deliveries the actor may see, newest first.
func (d *Desk) Deliveries(ctx context.Context, by domain.Actor, q domain.DeliveryQuery) ([]domain.Delivery, string, error) {
	if !by.MaySomewhere(domain.ActionRead) {
		return nil, "", by.Require(domain.ActionRead, domain.Scope{})
	}
	q.Plants = narrow(by.Plants(domain.ActionRead), q.Plants)
	return d.Store.Read().Deliveries.List(ctx, q)
}

// Delivery returns one delivery; CodeDeliveryUnknown also for one the actor may not see.
func (d *Desk) Delivery(ctx context.Context, by domain.Actor, id domain.ID) (domain.Delivery, error) {
	delivery, err := d.Store.Read().Deliveries.ByID(ctx, id)
	if err == nil && !seesDelivery(by, delivery) {
		return domain.Delivery{}, unknownDelivery()
	}
	return delivery, err
}

func deliveryScope(delivery domain.Delivery) domain.Scope {
	return domain.Scope{Domain: delivery.Order.Domain, Plant: delivery.Plant, System: delivery.Order.System}
}

func seesDelivery(by domain.Actor, delivery domain.Delivery) bool {
	return by.May(domain.ActionRead, deliveryScope(delivery))
}

func unknownDelivery() error {
	return domain.NotFound(domain.CodeDeliveryUnknown, "there is no such delivery")
}

// DeliveryCounts counts the deliveries the actor may see by system and state.
func (d *Desk) DeliveryCounts(ctx context.Context, by domain.Actor) (map[domain.SystemID]map[domain.DeliveryState]int, error) {
	if !by.MaySomewhere(domain.ActionRead) {
		return nil, by.Require(domain.ActionRead, domain.Scope{})
	}
	return d.Store.Read().Deliveries.Counts(ctx, by.Plants(domain.ActionRead))
}

// WorkQuery selects entries of the work lists; the zero value of a field does not restrict.
type WorkQuery struct {
	Plant domain.PlantID
	// DueBefore leaves those that are due earlier than the day.
	DueBefore domain.Date
	domain.Page
}

// WorkList lists the open entries of the plants the actor works for, or of one of them.
func (d *Desk) WorkList(ctx context.Context, by domain.Actor, q WorkQuery) ([]domain.Delivery, string, error) {
	scope := by.Plants(domain.ActionWorkOff)
	if read := by.Plants(domain.ActionRead); read.All {
		scope = read
	}
	if !scope.All && len(scope.Plants) == 0 {
		return nil, "", by.Require(domain.ActionWorkOff, domain.Scope{Plant: q.Plant})
	}
	if q.Plant != "" {
		if !scope.All && !slices.Contains(scope.Plants, q.Plant) {
			return nil, "", domain.NotFound(domain.CodePlantUnknown, "there is no plant %s", q.Plant)
		}
		scope = domain.PlantScope{Plants: []domain.PlantID{q.Plant}}
	}
	return d.Store.Read().Deliveries.List(ctx, domain.DeliveryQuery{
		States: []domain.DeliveryState{domain.DeliveryWorklisted}, Plants: scope, DueBefore: q.DueBefore, Page: q.Page,
	})
}

// Runs lists runs, newest first, of one plan or of all. An actor of some plants sees those of the plants' systems only.
func (d *Desk) Runs(ctx context.Context, by domain.Actor, plan string, page domain.Page) ([]domain.Run, string, error) {
	sees, err := d.systemsOf(ctx, by)
	if err != nil {
		return nil, "", err
	}
	runs, next, err := d.Store.Read().Runs.List(ctx, plan, page)
	return slices.DeleteFunc(runs, func(r domain.Run) bool { return !sees[r.System] }), next, err
}

// Run returns one run; CodeRunUnknown also for one the actor may not see.
func (d *Desk) Run(ctx context.Context, by domain.Actor, id domain.ID) (domain.Run, error) {
	run, err := d.Store.Read().Runs.ByID(ctx, id)
	if err == nil && by.May(domain.ActionRead, domain.Scope{Domain: run.Domain, System: run.System}) {
		return run, nil // also by a grant for this one system, with which nothing can be listed
	}
	sees, denied := d.systemsOf(ctx, by)
	if denied != nil {
		return domain.Run{}, denied
	}
	if err == nil && !sees[run.System] {
		return domain.Run{}, domain.NotFound(domain.CodeRunUnknown, "there is no such run")
	}
	return run, err
}

// Quarantined returns rows that a run put aside.
func (d *Desk) Quarantined(ctx context.Context, by domain.Actor, id domain.ID, offset, limit int) ([]domain.QuarantinedRow, error) {
	if _, err := d.Run(ctx, by, id); err != nil {
		return nil, err
	}
	return d.Store.Read().Runs.Quarantined(ctx, id, offset, limit)
}

// systemsOf says which systems the actor may see.
func (d *Desk) systemsOf(ctx context.Context, by domain.Actor) (map[domain.SystemID]bool, error) {
	if !by.MaySomewhere(domain.ActionRead) {
		return nil, by.Require(domain.ActionRead, domain.Scope{})
	}
	systems, err := d.Store.Read().Systems.List(ctx)
	if err != nil {
		return nil, err
	}
	scope := by.Plants(domain.ActionRead)
	sees := make(map[domain.SystemID]bool, len(systems))
	for _, system := range systems {
		sees[system.ID] = scope.All || slices.Contains(scope.Plants, system.Plant)
	}
	return sees, nil
}

// AuditTrail returns audit entries of all chains, newest first.
func (d *Desk) AuditTrail(ctx context.Context, by domain.Actor, page domain.Page) ([]domain.AuditEntry, string, error) {
	if err := by.Require(domain.ActionAudit, domain.Scope{}); err != nil {
		return nil, "", err
	}
	return d.Store.Read().Audit.Recent(ctx, page)
}

// VerifyAudit walks every chain and returns how many entries it proved; CodeAuditBroken at the first that was altered,
// removed or moved, or where a chain's tail was cut.
func (d *Desk) VerifyAudit(ctx context.Context) (int, error) {
	audit := d.Store.Read().Audit
	chains, err := audit.Chains(ctx)
	if err != nil {
		return 0, err
	}
	proved := 0
	for _, chain := range chains {
		n, err := verifyChain(ctx, audit, chain)
		proved += n
		if err != nil {
			return proved, err
		}
	}
	return proved, nil
}

func verifyChain(ctx context.Context, audit domain.AuditReader, chain string) (int, error) {
	const batch = 1000
	sequence, hash, err := audit.Head(ctx, chain)
	if err != nil {
		return 0, err
	}
	var last domain.AuditEntry
	for last.Sequence < sequence {
		entries, err := audit.Entries(ctx, chain, last.Sequence, batch)
		if err != nil {
			return int(last.Sequence), err
		}
		if len(entries) == 0 {
			break
		}
		for _, entry := range entries {
			if err := entry.Follows(last); err != nil {
				return int(last.Sequence), err
			}
			// What was appended after the head was read is left to the next verification.
			if last = entry; last.Sequence == sequence {
				break
			}
		}
	}
	if last.Sequence != sequence || (sequence > 0 && last.Hash != hash) {
		return int(last.Sequence), domain.Conflict(domain.CodeAuditBroken, "chain %q ends at entry %d, but its head is entry %d: the tail was cut", chain, last.Sequence, sequence)
	}
	return int(last.Sequence), nil
}
