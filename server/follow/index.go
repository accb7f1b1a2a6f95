// Package follow keeps what this replica answers from without asking the database: for each domain an index of the golden records,
// to look single things up in. It builds the index, follows the changes, builds it anew when it has drifted, and says how old
// and how large it is. It holds no rules and speaks no protocol; what a lookup means is for others to say.
package follow

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/match"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
	"github.com/crosswalk-mdm/crosswalk/matching"
)

// Rules knows how a domain's records are matched.
type Rules interface {
	// Current returns the version in force, the built-in one where nobody has made any.
	Current(ctx context.Context, domain domain.DomainName) (domain.MatchRule, error)
}

// Options are what an Index is made of.
type Options struct {
	Store       domain.Store
	Definitions steward.Definitions
	Domains     []domain.DomainName
	// Rules are those in force; nil is the stored ones.
	Rules Rules
	// Workers is how many goroutines build; 0 is one.
	Workers int
	// Now is the clock by which an index's age is told; nil is the machine's.
	Now func() time.Time
	Log *slog.Logger
}

// Index keeps one index of each domain. It is safe for concurrent use; Follow and Build are each for one goroutine.
type Index struct {
	Options

	mu  sync.RWMutex
	now map[domain.DomainName]*generation
}

// generation is one index, from when it was built until another takes its place.
type generation struct {
	matcher    *matching.Matcher
	definition domain.Definition
	fields     []matching.Field
	rule       domain.MatchRule
	cursor     string // up to where changes were followed; only Follow moves it

	marks      domain.MatchMarks // when it was built
	verdicts   int               // those it was taught by; only Follow moves it
	learntFrom int               // how many records the weights were estimated from
	builtAt    time.Time
	took       time.Duration

	mu    sync.Mutex
	fresh time.Time // when it was last known to have all that was stored
}

// New returns an Index that has nothing yet.
func New(o Options) *Index {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Rules == nil {
		o.Rules = stored{o.Store}
	}
	o.Workers = max(1, o.Workers)
	return &Index{Options: o, now: map[domain.DomainName]*generation{}}
}

// stored are the rules of a store.
type stored struct{ store domain.Store }

func (s stored) Current(ctx context.Context, name domain.DomainName) (domain.MatchRule, error) {
	return s.store.Read().MatchRules.Current(ctx, name)
}

// askAgain is how long those should wait who ask before there is an index.
const askAgain = 2 * time.Second

// Of returns the lookup of a domain; CodeMatchBuilding until there is one.
func (x *Index) Of(name domain.DomainName) (match.Lookup, error) {
	g := x.generation(name)
	if g == nil && !slices.Contains(x.Domains, name) {
		return match.Lookup{}, domain.Unavailable(nil, domain.CodeMatchBuilding, "this process keeps nothing to look up %s in", string(name))
	}
	if g == nil {
		err := domain.Unavailable(nil, domain.CodeMatchBuilding, "what is looked up in is still being built; try again in a moment")
		err.RetryAfter = askAgain
		return match.Lookup{}, err
	}
	return match.Lookup{Matcher: g.matcher, Fields: g.fields, Rule: g.rule, Age: x.age(g)}, nil
}

func (x *Index) generation(name domain.DomainName) *generation {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.now[name]
}

func (x *Index) age(g *generation) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return max(0, x.Now().Sub(g.fresh))
}

// Figures are what is measured of one domain's index.
type Figures struct {
	Domain       domain.DomainName
	Records      int
	Changed      int // since it was built
	Age          time.Duration
	BuildSeconds float64
}

// Figures returns those of the domains that have an index.
func (x *Index) Figures() []Figures {
	var all []Figures
	for _, name := range x.Domains {
		if g := x.generation(name); g != nil {
			all = append(all, Figures{
				Domain: name, Records: g.matcher.Len(), Changed: g.matcher.Changed(), Age: x.age(g), BuildSeconds: g.took.Seconds(),
			})
		}
	}
	return all
}

// Build is a turn that builds the indexes that are due.
func (x *Index) Build(ctx context.Context) (worked bool, err error) {
	return x.each(ctx, func(name domain.DomainName) error {
		due, err := x.due(ctx, name)
		if err != nil || !due {
			return err
		}
		return x.rebuild(ctx, name)
	})
}

// Follow is a turn that brings what has changed into the indexes there are.
func (x *Index) Follow(ctx context.Context) (worked bool, err error) {
	return x.each(ctx, func(name domain.DomainName) error {
		if g := x.generation(name); g != nil {
			return x.catchUp(ctx, name, g)
		}
		return nil
	})
}

// each never asks for another turn at once: what there is to do has been done.
func (x *Index) each(ctx context.Context, do func(domain.DomainName) error) (bool, error) {
	var all []error
	for _, name := range x.Domains {
		if ctx.Err() != nil {
			break
		}
		all = append(all, do(name))
	}
	return false, errors.Join(all...)
}

// A build takes at most one part in paceShare of the time, unless the rule has changed: an index that has drifted answers well
// enough meanwhile. It is due when more than one record in driftShare has changed.
const (
	paceShare  = 20
	driftShare = 10
)

// due tells whether a domain's index is to be built: there is none, or what it was built from is no longer so.
func (x *Index) due(ctx context.Context, name domain.DomainName) (bool, error) {
	g := x.generation(name)
	if g == nil {
		return true, nil
	}
	rule, err := x.Rules.Current(ctx, name)
	if err != nil {
		return false, err
	}
	if rule.Version != g.rule.Version {
		return true, nil
	}
	if x.Now().Sub(g.builtAt) < paceShare*g.took {
		return false, nil
	}
	if g.matcher.Changed()*driftShare > g.matcher.Len() {
		return true, nil
	}
	if g.learntFrom >= maxLearn {
		return false, nil
	}
	marks, err := x.Store.Read().Matches.Marks(ctx, name)
	return marks.ReadAt != g.marks.ReadAt, err // what a system said since may teach more
}

// catchUp puts what has changed since the generation's cursor into its matcher.
func (x *Index) catchUp(ctx context.Context, name domain.DomainName, g *generation) error {
	reads := x.Store.Read()
	for {
		asked := x.Now()
		entries, next, err := reads.Translations.Feed(ctx, recordsAfter(name, g.cursor))
		if err != nil {
			return err
		}
		for _, entry := range entries {
			g.take(*entry.Record)
		}
		if g.cursor = next; len(entries) < feedPage {
			g.freshen(asked)
			return x.teach(ctx, name, g)
		}
	}
}

func (g *generation) freshen(at time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.fresh = at
}

// take lets a lookup see a record as it is now.
func (g *generation) take(record domain.GoldenRecord) {
	id := sideOf(record)
	if !findable(record) {
		g.matcher.Remove(id)
		return
	}
	g.matcher.Put(match.Record(g.fields, id, record.Attributes))
}

func sideOf(record domain.GoldenRecord) string { return domain.MatchSide{Record: record.ID}.String() }

// findable says whether a record is one that codes may be mapped to.
func findable(record domain.GoldenRecord) bool {
	return slices.Contains([]domain.RecordState{domain.RecordActive, domain.RecordPhaseOut}, record.State)
}

// feedPage is how many changes are read at a time.
const feedPage = 1000

// recordsAfter asks for the changes of golden records.
func recordsAfter(name domain.DomainName, cursor string) domain.FeedQuery {
	return domain.FeedQuery{Domain: name, Only: domain.ChangedRecord, Page: domain.Page{After: cursor, Limit: feedPage}}
}
