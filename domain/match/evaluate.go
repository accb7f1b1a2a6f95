package match

import (
	"context"
	"errors"
	"fmt"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
	"github.com/crosswalk-mdm/crosswalk/matching"
)

// Evaluator finds what may be one thing among all that is stored of a domain, by the rule in force and its words, and keeps it as
// proposals. The same data gives the same proposals, whatever order it came in.
type Evaluator struct {
	Store       domain.Store
	Definitions steward.Definitions
	// Workers is how many processors are used; 0 is one.
	Workers int
}

// What one evaluation takes at most: it holds all that is compared in memory.
const (
	maxRecords = 2_000_000
	maxCodes   = 500_000
	readPage   = 1000
)

// Marks returns what an evaluation would see now.
func (e *Evaluator) Marks(ctx context.Context, name domain.DomainName) (domain.MatchMarks, error) {
	marks, _, err := e.look(ctx, name)
	return marks, err
}

// look returns what an evaluation would see now, and the rule in force that it would follow.
func (e *Evaluator) look(ctx context.Context, name domain.DomainName) (domain.MatchMarks, domain.MatchRule, error) {
	reads := e.Store.Read()
	marks, err := reads.Matches.Marks(ctx, name)
	if err != nil {
		return marks, domain.MatchRule{}, err
	}
	rule, err := reads.MatchRules.Current(ctx, name)
	marks.Rule = rule.Version
	return marks, rule, err
}

// Evaluate evaluates a domain and puts what comes of it in the place of what was there, under the lease that the fence goes with.
// When it fails nothing is replaced and the state says why; when its context ends, nothing is said. CodeEvaluationLost.
func (e *Evaluator) Evaluate(ctx context.Context, name domain.DomainName, fence int64) error {
	proposed, err := e.propose(ctx, name)
	if err == nil {
		err = e.Store.Operate(ctx, func(ops domain.Ops) error {
			state := proposed.state
			state.EvaluatedAt, state.Seconds = ops.Now, float64(ops.Now-proposed.started)/1e6
			for i := range proposed.candidates {
				proposed.candidates[i].EvaluatedAt = ops.Now
			}
			for i := range proposed.clusters {
				proposed.clusters[i].EvaluatedAt = ops.Now
			}
			return ops.Matches.Replace(ctx, fence, state, proposed.candidates, proposed.clusters)
		})
	}
	if err == nil {
		return nil
	}
	why := ""
	if ctx.Err() == nil {
		why = domain.ErrorMessage(err, "something failed inside Crosswalk; the log says what")
	}
	// The lease ends also when the context has: another may go on at once.
	noted := e.Store.Operate(context.WithoutCancel(ctx), func(ops domain.Ops) error { return ops.Matches.Failed(context.WithoutCancel(ctx), name, fence, why) })
	if domain.ErrorCode(noted) == domain.CodeEvaluationLost {
		noted = nil
	}
	return errors.Join(fmt.Errorf("evaluate %s: %w", name, err), noted)
}

// proposals are what an evaluation comes to.
type proposals struct {
	started    domain.Instant
	state      domain.MatchState
	candidates []domain.MatchCandidate
	clusters   []domain.MatchCluster
}

func (e *Evaluator) propose(ctx context.Context, name domain.DomainName) (proposals, error) {
	var out proposals
	// The marks are older than all that is read after them: what moves meanwhile makes the domain due again.
	marks, rule, err := e.look(ctx, name)
	if err != nil {
		return out, err
	}
	if out.started, err = e.Store.Now(ctx); err != nil {
		return out, err
	}
	input, err := e.read(ctx, rule, domain.DateOf(out.started))
	if err != nil {
		return out, err
	}
	out.state = domain.MatchState{Domain: name, MatchMarks: marks, Records: len(input.golden), Codes: input.codes()}
	work := worker{Evaluator: e, input: input, stop: func() bool { return ctx.Err() != nil }}
	if out.clusters, err = work.duplicates(); err != nil {
		return out, errors.Join(err, ctx.Err())
	}
	for _, of := range input.systems {
		if err := work.mappings(of); err != nil {
			return out, errors.Join(err, ctx.Err())
		}
	}
	out.candidates = work.found
	return out, nil
}

// input is all that is compared.
type input struct {
	name    domain.DomainName
	inForce domain.MatchRule
	fields  []matching.Field
	golden  []matching.Record
	// identity is the attribute by which records are named: it tells what two records are called, not what they are.
	identity domain.AttributeID
	systems  []codesOf
	verdicts map[string]domain.Verdict // by pair
	// clusters are the groups that there were before, by record.
	clusters map[domain.ID]domain.ID
}

// codesOf are the codes of one system that are not mapped.
type codesOf struct {
	system  domain.SourceSystem
	sides   []domain.MatchSide
	records []matching.Record
}

// take adds what the system says of one code.
func (of *codesOf) take(in input, s domain.SourceRecord) {
	side := domain.MatchSide{System: of.system.ID, Key: s.Key, Code: s.Code}
	said := s.Attributes
	if said[in.identity] == nil {
		said = said.With(domain.Attributes{in.identity: s.Code})
	}
	of.sides, of.records = append(of.sides, side), append(of.records, Record(in.fields, side.String(), said))
}

func (in input) codes() int {
	count := 0
	for _, of := range in.systems {
		count += len(of.sides)
	}
	return count
}

// read reads all that an evaluation of the rule's domain compares.
func (e *Evaluator) read(ctx context.Context, rule domain.MatchRule, day domain.Date) (input, error) {
	reads, name := e.Store.Read(), rule.Domain
	in := input{name: name, inForce: rule, verdicts: map[string]domain.Verdict{}}
	definition, err := e.Definitions.Definition(name)
	if err != nil {
		return in, err
	}
	in.fields, in.identity = Fields(definition, rule), definition.CodeAttribute
	standing, err := reads.Verdicts.Standing(ctx, name)
	if err != nil {
		return in, err
	}
	for _, v := range standing {
		in.verdicts[v.Pair.Key()] = v
	}
	if in.clusters, err = reads.Matches.Members(ctx, name); err != nil {
		return in, err
	}
	for _, state := range []domain.RecordState{domain.RecordActive, domain.RecordPhaseOut} {
		if err := in.readGolden(ctx, reads, state); err != nil {
			return in, err
		}
	}
	return in, in.readCodes(ctx, reads, day)
}

func (in *input) readGolden(ctx context.Context, reads domain.Reads, state domain.RecordState) error {
	query := domain.RecordQuery{Domain: in.name, State: state, Page: domain.Page{Limit: readPage}}
	for {
		records, next, err := reads.Records.List(ctx, query)
		if err != nil {
			return err
		}
		for _, r := range records {
			in.golden = append(in.golden, Record(in.fields, domain.MatchSide{Record: r.ID}.String(), r.Attributes))
		}
		if len(in.golden) > maxRecords {
			return domain.Conflict(domain.CodeStoreBusy, "there are more than %d records: that is more than is compared at once", maxRecords)
		}
		if query.After = next; next == "" {
			return nil
		}
	}
}

// readCodes reads what is not mapped of each system, from the one that sorts first.
func (in *input) readCodes(ctx context.Context, reads domain.Reads, day domain.Date) error {
	systems, err := reads.Systems.List(ctx)
	if err != nil {
		return err
	}
	total := 0
	for _, system := range systems {
		of := codesOf{system: system}
		page := domain.Page{Limit: readPage}
		for more := true; more; more = page.After != "" {
			var sources []domain.SourceRecord
			if sources, page.After, err = reads.Sources.Unlinked(ctx, system, in.name, day, page); err != nil {
				return err
			}
			for _, s := range sources {
				of.take(*in, s)
			}
			if total += len(sources); total > maxCodes {
				return domain.Conflict(domain.CodeStoreBusy, "more than %d codes are not mapped: that is more than is compared at once", maxCodes)
			}
		}
		if len(of.sides) > 0 {
			in.systems = append(in.systems, of)
		}
	}
	return nil
}
