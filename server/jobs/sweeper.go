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

// Sweeper brings to an end what a crash has left over, and forgets what has expired.
type Sweeper struct {
	Store domain.Store
	// ApplyApproved applies approved requests that were left; SweepSessions drops sign-ins that ended.
	ApplyApproved func(ctx context.Context) (bool, error)
	SweepSessions func(ctx context.Context) error
	// Applied is called after requests were applied: there may be deliveries to make.
	Applied func()
}

// Turn sweeps once. It never asks for another turn at once: what cannot be applied now would make it spin.
func (s *Sweeper) Turn(ctx context.Context) (bool, error) {
	applied, applyErr := s.ApplyApproved(ctx)
	if applied && s.Applied != nil {
		s.Applied()
	}
	expireErr := s.Store.Operate(ctx, func(ops domain.Ops) error {
		return errors.Join(ops.Snapshots.DeleteExpired(ctx, ops.Now), ops.Keys.DeleteExpired(ctx, ops.Now),
			ops.Events.DeleteBefore(ctx, ops.Now.Add(-eventAge), eventCount))
	})
	return false, errors.Join(applyErr, expireErr, s.SweepSessions(ctx))
}
