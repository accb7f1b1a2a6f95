package steward

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// fault is why one record cannot be as a request leaves it, and by which of its attributes; none where it is the record as a whole.
type fault struct {
	record     domain.ID
	attributes []domain.AttributeID
	why        error
}

// unsettled is what a request comes to that would leave records as they cannot be. It reads as the first of them; who applies
// many things at once leaves out those at fault and applies the rest anew, for nothing of what was rolled back is left.
type unsettled struct {
	faults []fault
	// groups are the parts of a batch that are at fault, and why.
	groups map[domain.ID]error
}

func (u *unsettled) Error() string { return u.faults[0].why.Error() }

// Unwrap gives the first fault.
func (u *unsettled) Unwrap() error { return u.faults[0].why }

// settledBy is nil without a fault.
func settledBy(faults []fault) error {
	if len(faults) == 0 {
		return nil
	}
	return &unsettled{faults: faults}
}

// blames says that the fault is of the attribute, or of the record as a whole.
func (f fault) blames(record domain.ID, attribute domain.AttributeID) bool {
	return f.record == record && (len(f.attributes) == 0 || slices.Contains(f.attributes, attribute))
}

// applyOnce applies a request in one transaction. Of a batch it leaves out what would not settle, and applies the rest anew until
// all of it does.
func (d *Desk) applyOnce(ctx context.Context, id domain.ID, change domain.Change) (domain.ChangeRequest, error) {
	out := map[domain.ID]error{}
	for {
		var applied domain.ChangeRequest
		err := d.Store.Write(ctx, change, func(repos domain.Repos) (err error) {
			applied, err = d.apply(ctx, repos, id, out)
			return err
		})
		var u *unsettled
		if !errors.As(err, &u) || len(u.groups) == 0 {
			return applied, err
		}
		for group, why := range u.groups {
			out[group] = why
		}
	}
}

// settleItems is settle, and of a batch tells which of its parts are at fault; none where a fault is of no part that could be left
// out.
func (a *applier) settleItems(ctx context.Context, items []domain.ChangeItem) error {
	err := a.settle(ctx)
	var u *unsettled
	if !a.request.Batch || !errors.As(err, &u) {
		return err
	}
	groups := map[domain.ID]error{}
	for _, f := range u.faults {
		for _, group := range a.atFault(items, f) {
			if groups[group] == nil {
				groups[group] = f.why
			}
		}
	}
	u.groups = groups
	return u
}

// atFault are the parts of a batch that did to the record what it is at fault for; where none did that alone, all that touched it.
func (a *applier) atFault(items []domain.ChangeItem, f fault) []domain.ID {
	var blamed, touching []domain.ID
	for _, item := range items {
		group := groupOf(item)
		if (item.Record != f.record && item.Into != f.record) || a.out[group] != nil || !changesRecord(item.Action) {
			continue
		}
		touching = append(touching, group)
		if slices.ContainsFunc(f.attributes, func(id domain.AttributeID) bool { return slices.Contains(item.Touched(), id) }) {
			blamed = append(blamed, group)
		}
	}
	if len(blamed) > 0 {
		return blamed
	}
	return touching
}

// changesRecord says that an item makes a version of a golden record.
func changesRecord(action domain.ItemAction) bool {
	switch action {
	case domain.ItemCreateRecord, domain.ItemUpdateRecord, domain.ItemRetireRecord, domain.ItemPhaseOutRecord, domain.ItemRestoreRecord,
		domain.ItemMergeRecord, domain.ItemUnmergeRecord:
		return true
	default:
		return false
	}
}

// leave notes why rows do not become records; false where a fault is of none of them.
func (r *registrar) leave(err error) bool {
	var u *unsettled
	if !errors.As(err, &u) {
		return false
	}
	before := len(r.left)
	for _, f := range u.faults {
		row, ours := r.made[f.record]
		if _, known := r.left[row.Key]; ours && !known {
			r.left[row.Key] = leftRow{row: row, why: f.why}
		}
	}
	return len(r.left) > before
}

// leftRow is a row that did not become a record because that would not have settled.
type leftRow struct {
	row domain.SourceRecord
	why error
}

// tell puts the codes that were left out into the queue, each with the reason: whoever maps it should know it.
func (r *registrar) tell(ctx context.Context, definition domain.Definition) error {
	var findings []domain.Finding
	notes := map[string]string{}
	for _, left := range r.left {
		f := r.finding(left.row)
		f.Label = cmp.Or(left.row.Attributes.Text(definition.NameAttribute), string(f.Code))
		findings, notes[f.Identity()] = append(findings, f), "It was not registered: "+sentence(left.why)
	}
	if len(findings) == 0 {
		return nil
	}
	slices.SortFunc(findings, func(x, y domain.Finding) int { return cmp.Compare(x.Code, y.Code) })
	_, err := r.desk.observe(ctx, r.run, findings, notes)
	return err
}

// leave notes why values do not follow; false where a fault is of none of those that were tried.
func (n barredValues) leave(err error, tried []domain.Finding) bool {
	var u *unsettled
	if !errors.As(err, &u) {
		return false
	}
	before := len(n)
	for _, f := range u.faults {
		n.bar(f, tried)
	}
	return len(n) > before
}

// barredValues says, by the identity of its finding, why a value does not follow.
type barredValues map[string]string

// bar notes the values that are at fault; where that is none alone, all of the record.
func (n barredValues) bar(f fault, tried []domain.Finding) {
	exact := slices.ContainsFunc(tried, func(t domain.Finding) bool { return f.blames(t.Record, t.Attribute) })
	for _, t := range tried {
		if t.Record == f.record && (!exact || f.blames(t.Record, t.Attribute)) {
			n[t.Identity()] = "It did not follow: " + sentence(f.why)
		}
	}
}
