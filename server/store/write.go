package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

const (
	// maxAttempts is how often a transaction is tried that the database could not fit in beside others.
	maxAttempts = 10
	firstWait   = 5 * time.Millisecond
	longestWait = 500 * time.Millisecond
	// deliveryCounter is the row of change_counter that gives deliveries their sequence; no domain has such a name.
	deliveryCounter = "~delivery"
)

// errNothing rolls back a Write that changed nothing.
var errNothing = errors.New("nothing was changed")

// Write runs fn in one transaction, with its audit entry (see domain.Store).
//
// A Write or Operate from inside fn is a programming error: on SQLite it would wait for itself until its context ends, on
// PostgreSQL it would commit apart. An error of a repository ends the Write; fn returns it rather than going on.
func (s *Store) Write(ctx context.Context, change domain.Change, fn func(domain.Repos) error) error {
	if change.Actor == "" || strings.TrimSpace(change.Reason) == "" {
		return domain.Invalid(domain.CodeChangeAnonymous, "a change needs someone who makes it and a reason")
	}
	err := s.transact(ctx, func(c conn) error {
		w := &writing{conn: c, change: change, counters: map[domain.DomainName]*counter{}, changes: map[string][]domain.AuditChange{}}
		if err := w.lock(ctx, s); err != nil {
			return err
		}
		if err := fn(reposOn(w)); err != nil {
			return err
		}
		return w.finish(ctx)
	})
	if errors.Is(err, errNothing) {
		return nil
	}
	return err
}

// Operate runs fn in one transaction over operating state (see domain.Store). Nesting is forbidden as in Write.
func (s *Store) Operate(ctx context.Context, fn func(domain.Ops) error) error {
	return s.transact(ctx, func(c conn) error {
		now, err := s.nowOn(ctx, c.db)
		if err != nil {
			return err
		}
		return fn(opsOn(c, now))
	})
}

// transact runs fn in a transaction, again if others were in its way. An error or panic of fn rolls back.
func (s *Store) transact(ctx context.Context, fn func(conn) error) error {
	for attempt := 1; ; attempt++ {
		err := translate(s.write.WithContext(ctx).Connection(func(held *gorm.DB) error {
			one, _ := held.Statement.ConnPool.(*sql.Conn)
			return held.Session(&gorm.Session{}).Transaction(func(tx *gorm.DB) error {
				return fn(conn{db: tx, d: s.d, tx: true, held: one})
			})
		}))
		if err == nil || attempt == maxAttempts || !isTransient(err) || pause(ctx, attempt) != nil {
			return err
		}
	}
}

// pause waits longer with each attempt, and not always the same, so that two that met do not meet again.
func pause(ctx context.Context, attempt int) error {
	wait := min(firstWait<<attempt, longestWait)
	timer := time.NewTimer(wait/2 + rand.N(wait/2)) // #nosec G404 -- spreading retries needs no secret
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// counter is a domain's change counter as this Write holds it.
type counter struct {
	seq  int64
	used bool
}

// writing is one governed transaction under way.
type writing struct {
	conn
	change   domain.Change
	now      domain.Instant
	counters map[domain.DomainName]*counter
	// changes are what was written, by audit chain.
	changes map[string][]domain.AuditChange
	// events are what is told of it, heard the same as a set.
	events []domain.Event
	heard  map[domain.Event]bool
}

// lock takes the counters of the domains named, in name order, and then looks at the clock: what is recorded later in a
// domain has the later instant.
func (w *writing) lock(ctx context.Context, s *Store) error {
	for _, name := range slices.Compact(slices.Sorted(slices.Values(w.change.Domains))) {
		if name == "" || strings.HasPrefix(string(name), "~") {
			return domain.Invalid(domain.CodeDomainUnknown, "%q is not the name of a domain", string(name))
		}
		seq, err := w.count(ctx, string(name), 0)
		if err != nil {
			return err
		}
		w.counters[name] = &counter{seq: seq}
	}
	now, err := s.nowOn(ctx, w.db)
	w.now = now
	return err
}

// count adds to a counter, which is made if it does not exist, locks it until the transaction ends, and returns it.
func (c conn) count(ctx context.Context, name string, by int64) (int64, error) {
	var seq int64
	err := c.on(ctx).Raw(`INSERT INTO change_counter (domain, seq) VALUES (?, ?)
		ON CONFLICT (domain) DO UPDATE SET seq = change_counter.seq + ? RETURNING seq`, name, by, by).Scan(&seq).Error
	return seq, translate(err)
}

// sequence is the number that this Write stamps on what it changes in a domain; CodeDomainUnlocked unless it holds it.
func (w *writing) sequence(name domain.DomainName) (int64, error) {
	held, ok := w.counters[name]
	if !ok {
		return 0, &domain.Error{Kind: domain.KindInternal, Code: domain.CodeDomainUnlocked,
			Msg: fmt.Sprintf("the change does not name the domain %q that it writes to", string(name))}
	}
	held.used = true
	return held.seq + 1, nil
}

// note keeps what was written for the audit entry: row is its canonical form.
func (w *writing) note(chain, aggregate, id string, version int, row any) error {
	text, err := json.Marshal(row)
	if err != nil {
		return fmt.Errorf("note the change of %s %s: %w", aggregate, id, err)
	}
	w.tell(aggregate, chain, row)
	sum := sha256.Sum256(text)
	w.changes[chain] = append(w.changes[chain], domain.AuditChange{
		Aggregate: aggregate, ID: id, Version: version, Digest: hex.EncodeToString(sum[:]),
	})
	return nil
}

// finish moves the counters on, appends the audit entries and tells; the heads of the audit and the counter of events are the
// last rows locked.
func (w *writing) finish(ctx context.Context) error {
	if len(w.changes) == 0 {
		return errNothing
	}
	for _, name := range slices.Sorted(maps.Keys(w.counters)) {
		if !w.counters[name].used {
			continue
		}
		if _, err := w.count(ctx, string(name), 1); err != nil {
			return err
		}
	}
	for _, chain := range slices.Sorted(maps.Keys(w.changes)) {
		if err := w.appendAudit(ctx, chain); err != nil {
			return err
		}
	}
	if events := w.told(); len(events) > 0 {
		return w.putEvents(ctx, events)
	}
	return nil
}
