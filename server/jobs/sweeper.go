package jobs

import (
	"context"
	"errors"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// What the outbox of events keeps for whoever lost the connection: by age and by number.
const (
	eventAge   = time.Hour
	eventCount = 10_000
)

// Sweeper forgets what has expired, and ends acceptances whose day has come.
type Sweeper struct {
	Store domain.Store
	// ExpireAcceptances puts what was accepted until today back into the queue; SweepSessions drops sign-ins that ended.
	ExpireAcceptances func(ctx context.Context) (int, error)
	SweepSessions     func(ctx context.Context) error
	// KeepImports is how long uploaded files are kept; 0 keeps them.
	KeepImports time.Duration
}

// Turn sweeps once; what fails is tried again in the next turn, and keeps nothing else from being swept.
func (s *Sweeper) Turn(ctx context.Context) (bool, error) {
	_, acceptErr := s.ExpireAcceptances(ctx)
	expireErr := s.Store.Operate(ctx, func(ops domain.Ops) error {
		return errors.Join(ops.Snapshots.DeleteExpired(ctx, ops.Now), ops.Keys.DeleteExpired(ctx, ops.Now),
			ops.Events.DeleteBefore(ctx, ops.Now.Add(-eventAge), eventCount))
	})
	return false, errors.Join(acceptErr, expireErr, s.SweepSessions(ctx), s.forgetImports(ctx))
}

// forgetImports forgets the files of old imports; what came of them stays.
func (s *Sweeper) forgetImports(ctx context.Context) error {
	if s.KeepImports == 0 {
		return nil
	}
	return s.Store.Operate(ctx, func(ops domain.Ops) error {
		_, err := ops.Imports.DropBefore(ctx, ops.Now.Add(-s.KeepImports))
		return err
	})
}
