package jobs

import "context"

// Applier brings decided requests into effect once their grace period is over, also those that a crash has left behind. Every
// process may have one: a request is applied by whoever is first to move it on, once.
type Applier struct {
	// ApplyDue applies what is due on the store's clock and says whether it applied anything.
	ApplyDue func(ctx context.Context) (bool, error)
	// Applied is called after requests were applied: there may be deliveries to make.
	Applied func()
}

// Turn applies what is due. It asks for another turn at once only when it has applied something: what cannot be applied now
// would make it spin.
func (a *Applier) Turn(ctx context.Context) (bool, error) {
	applied, err := a.ApplyDue(ctx)
	if applied {
		a.Applied()
	}
	return applied && err == nil, err
}
