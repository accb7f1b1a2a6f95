package steward

import (
	"context"
	"fmt"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// ruleRegistered is the lineage's name for a record that was made under the standing rule of its domain's authority.
const ruleRegistered = "registered"

const (
	// registerPage is how many rows of a system are looked at in one step, registerBatch how many become records in one.
	registerPage  = 1000
	registerBatch = 500
)

// Register makes golden records of the codes that are new in a run's system, and maps them, where the domain's authority says
// that they are registered; it returns how many. Each batch is one request of the kind rule: it writes to no system.
//
// Left for people, as any other unmapped code, is what is not identified beyond doubt: without an identifier, with one that the
// system gives to two rows, that some record is known by already or an open record request asks for; a value that is missing or
// wrong; a code that a mapping has ever named, or in which a person has a hand. What names something that it may not, or would
// contain itself, is left as well, and its discrepancy says why. Registering again finds nothing new.
func (d *Desk) Register(ctx context.Context, run domain.Run) (int, error) {
	reads := d.Store.Read()
	definition, err := d.Governed(ctx, reads, run.Domain)
	if err != nil || !definition.Registers(run.System) {
		return 0, err
	}
	system, err := reads.Systems.ByID(ctx, run.System)
	if err != nil {
		return 0, err
	}
	r := &registrar{desk: d, run: run, system: system, seen: map[domain.RecordKey]bool{}, left: map[string]leftRow{}}
	if r.place, err = placeOf(ctx, reads, system); err != nil {
		return 0, err
	}
	codes, err := r.candidates(ctx, reads, definition)
	if err == nil && len(codes) > 0 {
		err = r.lookAround(ctx, reads, definition)
	}
	if err != nil {
		return 0, fmt.Errorf("find new codes of %s: %w", system.ID, err)
	}
	registered := 0
	for batch := range slices.Chunk(codes, registerBatch) {
		made, err := r.register(ctx, batch)
		registered += made
		if err != nil {
			return registered, fmt.Errorf("register %d new codes of %s: %w", len(batch), system.ID, err)
		}
	}
	if err := r.tell(ctx, definition); err != nil {
		return registered, fmt.Errorf("tell which new codes of %s were left out: %w", system.ID, err)
	}
	return registered, nil
}

// registrar carries the registration of one run.
type registrar struct {
	desk   *Desk
	run    domain.Run
	system domain.SourceSystem
	place  domain.Place
	// seen are the keys of the candidates; true are those that the system gives to more than one row.
	seen map[domain.RecordKey]bool
	// made are the rows by the records that the last attempt made of them, left those that would not settle, by key.
	made map[domain.ID]domain.SourceRecord
	left map[string]leftRow
}

// candidates returns the keys of the rows that could become records as far as they show it themselves, and notes what
// identifies them.
func (r *registrar) candidates(ctx context.Context, reads domain.Reads, definition domain.Definition) ([]string, error) {
	var codes []string
	for after := ""; ; {
		rows, next, err := reads.Registration.Unlinked(ctx, r.system, r.run.Domain, domain.Page{After: after, Limit: registerPage})
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			if values, whole := r.values(definition, row); whole {
				codes = append(codes, row.Key)
				for _, key := range identities(definition, values) {
					r.seen[key] = false
				}
			}
		}
		if after = next; next == "" {
			return codes, nil
		}
	}
}

// values are those of the record that a row would become, and whether it could: it has all that is required, nothing of it is
// wrong, and something identifies it.
func (r *registrar) values(definition domain.Definition, row domain.SourceRecord) (domain.Attributes, bool) {
	values := sourceValues(definition, r.system, r.place, row)
	return values, definition.Check(values) == nil && len(definition.Identities(values)) > 0
}

// sourceValues are what a row says under the keys of a golden record, with its code where that is one.
func sourceValues(definition domain.Definition, system domain.SourceSystem, place domain.Place, row domain.SourceRecord) domain.Attributes {
	values := domain.Attributes{}
	if system.Codes != domain.CodeDatabaseID { // a number the system counts up is nobody's item code
		values[definition.CodeAttribute] = row.Code
	}
	return definition.Settled(values.With(definition.Placed(row.Attributes, place)))
}

// identities are the keys of which each may belong to one record only: the identifiers, and the code it would have.
func identities(definition domain.Definition, values domain.Attributes) []domain.RecordKey {
	keys := definition.Identities(values)
	if code := values.Text(definition.CodeAttribute); code != "" {
		keys = append(keys, definition.CodeKey(domain.Code(code)))
	}
	return keys
}

// lookAround finds which of the candidates' keys the system gives more than once, whatever else is wrong with the rows.
func (r *registrar) lookAround(ctx context.Context, reads domain.Reads, definition domain.Definition) error {
	met := make(map[domain.RecordKey]bool, len(r.seen))
	for after := ""; ; {
		rows, next, err := reads.Registration.Present(ctx, r.system.ID, r.run.Domain, domain.Page{After: after, Limit: registerPage})
		if err != nil {
			return err
		}
		for _, row := range rows {
			for _, key := range identities(definition, sourceValues(definition, r.system, r.place, row)) {
				if _, wanted := r.seen[key]; wanted {
					r.seen[key] = r.seen[key] || met[key]
					met[key] = true
				}
			}
		}
		if after = next; next == "" {
			return nil
		}
	}
}

// register makes records of some of the candidates: of all that settle.
func (r *registrar) register(ctx context.Context, codes []string) (int, error) {
	for {
		made, err := r.attempt(ctx, codes)
		if err == nil || !r.leave(err) {
			return made, err
		}
		codes = slices.DeleteFunc(slices.Clone(codes), func(key string) bool { return r.left[key].why != nil })
	}
}

// attempt makes records of the candidates that are not left out, in one transaction.
func (r *registrar) attempt(ctx context.Context, codes []string) (made int, err error) {
	change := domain.Change{
		Actor: domain.ServiceActor("register").ID, Domains: r.desk.lockedFor(r.run.Domain),
		Reason: fmt.Sprintf("standing rule of the authority; run %s", r.run.ID),
	}
	err = r.desk.Store.Write(ctx, change, func(repos domain.Repos) error {
		made = 0
		// The rule and the rows may have changed meanwhile: what counts is how they stand in this transaction.
		definition, err := r.desk.Governed(ctx, repos.Reads, r.run.Domain)
		if err != nil || !definition.Registers(r.system.ID) {
			return err
		}
		rows, err := r.undoubted(ctx, repos, definition, codes)
		if err != nil || len(rows) == 0 {
			return err
		}
		made = len(rows)
		return r.apply(ctx, repos, definition, rows)
	})
	if err != nil {
		return 0, err
	}
	return made, nil
}

// undoubted are the rows of which nothing that is known says otherwise.
func (r *registrar) undoubted(ctx context.Context, repos domain.Repos, definition domain.Definition, codes []string) ([]domain.SourceRecord, error) {
	rows, err := repos.Sources.ByKeys(ctx, r.system.ID, r.run.Domain, codes)
	if err != nil {
		return nil, err
	}
	named, err := repos.Registration.Named(ctx, r.system, r.run.Domain, codes)
	if err != nil {
		return nil, err
	}
	var keys []domain.RecordKey
	var findings []string
	for _, row := range rows {
		keys = append(keys, identities(definition, sourceValues(definition, r.system, r.place, row))...)
		findings = append(findings, r.unmapped(row))
	}
	known, err := repos.Registration.Known(ctx, r.run.Domain, keys)
	if err != nil {
		return nil, err
	}
	decided, err := repos.Discrepancies.ByIdentities(ctx, findings)
	if err != nil {
		return nil, err
	}
	var left []domain.SourceRecord
	for _, row := range rows {
		doubted := slices.Contains(named, row.Key) || !Untouched(decided[r.unmapped(row)]) || r.doubtful(definition, row, known)
		if !doubted {
			requested, err := repos.RecordRequests.ForCode(ctx, r.run.Domain, r.system.ID, row.Key)
			if err != nil {
				return nil, err
			}
			doubted = len(requested) > 0
		}
		if !doubted {
			left = append(left, row)
		}
	}
	return left, nil
}

// unmapped is the identity of the discrepancy that a row would be without a mapping.
func (r *registrar) unmapped(row domain.SourceRecord) string {
	return r.finding(row).Identity()
}

// finding is what a comparison says of a row without a mapping, but for what people call it.
func (r *registrar) finding(row domain.SourceRecord) domain.Finding {
	return domain.Finding{
		Domain: r.run.Domain, System: r.system.ID, Plant: r.system.Plant, Class: domain.ClassUnmapped, Code: row.Code, SourceHash: row.Hash, ReadAt: row.ReadAt,
	}
}

// doubtful says that a row is no longer there, or that what identifies it is said of something else as well.
func (r *registrar) doubtful(definition domain.Definition, row domain.SourceRecord, known []domain.RecordKey) bool {
	values, whole := r.values(definition, row)
	if !whole || !row.Active || row.Duplicated || row.GoneAt != 0 {
		return true
	}
	return slices.ContainsFunc(identities(definition, values), func(key domain.RecordKey) bool {
		twice, looked := r.seen[key]
		return twice || !looked || slices.Contains(known, key)
	})
}

// apply makes one request of the rows and applies it.
func (r *registrar) apply(ctx context.Context, repos domain.Repos, definition domain.Definition, rows []domain.SourceRecord) error {
	request := domain.ChangeRequest{
		ID: domain.NewID(), Kind: domain.RequestRule, Domain: r.run.Domain, State: domain.RequestDraft,
		Title:      fmt.Sprintf("%d new codes of %s are registered", len(rows), r.system.Name),
		Reason:     fmt.Sprintf("standing rule of the authority, version %d; run %s", definition.AuthorityVersion, r.run.ID),
		ProposedBy: domain.ServiceActor("register").ID, ProposedAt: repos.Now,
	}
	var items []domain.ChangeItem
	r.made = map[domain.ID]domain.SourceRecord{}
	for _, row := range rows {
		made := r.items(definition, row)
		r.made[made[0].Record] = row
		items = append(items, made...)
	}
	request.ItemCount = len(items)
	request, err := request.Ruled(repos.Now)
	if err != nil {
		return err
	}
	request.Version = 1
	if err := repos.Requests.Create(ctx, request, items); err != nil {
		return err
	}
	a := &applier{desk: r.desk, repos: repos, request: request, definition: definition, made: map[int]domain.ID{}}
	for i, item := range items {
		if err := a.item(ctx, i, item); err != nil {
			return err
		}
	}
	if err := a.settle(ctx); err != nil {
		return err
	}
	return repos.Requests.Note(ctx, request, a.effects)
}

// items are what a row becomes: a record, the row's code as its name in the system, and its use at the system's plant.
func (r *registrar) items(definition domain.Definition, row domain.SourceRecord) []domain.ChangeItem {
	values := sourceValues(definition, r.system, r.place, row)
	record, label := domain.NewID(), values.Text(definition.NameAttribute)
	mapped := MapCode(r.system, r.run.Domain, row.Code, record, label)
	mapped.Mapping.Basis = domain.BasisRule
	items := []domain.ChangeItem{{
		Action: domain.ItemCreateRecord, Domain: r.run.Domain, Label: label, Record: record, Set: values,
		Origin: domain.Lineage{System: r.system.ID, Code: row.Code, Rule: ruleRegistered},
	}, mapped}
	if r.system.Plant != "" {
		items = append(items, UsePlant(r.system.Plant, r.run.Domain, record, label))
	}
	return items
}
