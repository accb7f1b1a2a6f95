package jobs

import (
	"context"
	"log/slog"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Matches is the worker that evaluates what may be one thing, one domain in each turn. Every process may have one.
type Matches struct {
	Store   domain.Store
	Domains []domain.DomainName
	// Marks returns what an evaluation of the domain would see now.
	Marks func(ctx context.Context, name domain.DomainName) (domain.MatchMarks, error)
	// Evaluate evaluates the domain under the lease that the fence goes with. When its context ends it stops.
	Evaluate func(ctx context.Context, name domain.DomainName, fence int64) error
	// Evaluated is called after an evaluation; nil for nobody.
	Evaluated func(ctx context.Context, name domain.DomainName) error
	Owner     string
	// Lease is how long a domain is ours without renewal; it is renewed three times in that time.
	Lease time.Duration
	// Every is how long a domain rests after an evaluation that nobody asked for.
	Every time.Duration
	Log   *slog.Logger
}

// Turn evaluates the first domain that is due. It asks for another turn at once only when it has done one.
func (m *Matches) Turn(ctx context.Context) (bool, error) {
	for _, name := range m.Domains {
		due, err := m.due(ctx, name)
		if err != nil {
			return false, err
		}
		if !due {
			continue
		}
		var fence int64
		var claimed bool
		err = m.Store.Operate(ctx, func(ops domain.Ops) (err error) {
			fence, claimed, err = ops.Matches.Claim(ctx, name, m.Owner, ops.Now.Add(m.Lease))
			return err
		})
		if err != nil {
			return false, err
		}
		if claimed {
			return true, m.carry(ctx, name, fence)
		}
	}
	return false, nil
}

// due asks for the marks of a domain only when they matter: they are counted, and most turns find the domain resting.
func (m *Matches) due(ctx context.Context, name domain.DomainName) (bool, error) {
	state, err := m.Store.Read().Matches.State(ctx, name)
	if err != nil {
		return false, err
	}
	now, err := m.Store.Now(ctx)
	if err != nil || state.Rests(now, m.Every) {
		return false, err
	}
	marks, err := m.Marks(ctx, name)
	return err == nil && state.Due(marks, now, m.Every), err
}

// carry evaluates while the lease can be kept.
func (m *Matches) carry(ctx context.Context, name domain.DomainName, fence int64) error {
	lost, err := lease{
		store: m.Store, lasts: m.Lease, lost: domain.CodeEvaluationLost,
		extend: func(ctx context.Context, ops domain.Ops, until domain.Instant) error {
			return ops.Matches.Extend(ctx, name, fence, until)
		},
	}.keep(ctx, func(ctx context.Context) error { return m.Evaluate(ctx, name, fence) })
	if lost {
		m.Log.WarnContext(ctx, "an evaluation was taken over", "domain", string(name))
		return nil
	}
	if err == nil && m.Evaluated != nil {
		err = m.Evaluated(ctx, name)
	}
	return err
}
