package store

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Store implements domain.Store on one database.
type Store struct {
	d dialect
	// write and read are one pool on PostgreSQL; SQLite has one writing connection and several that may only read.
	write, read *gorm.DB
	clock       func() time.Time
	// closers are called in reverse.
	closers []func() error
}

type options struct {
	clock   func() time.Time
	migrate bool
}

// processClock is the clock of a database that has none of its own.
func (o options) processClock() func() time.Time {
	if o.clock != nil {
		return o.clock
	}
	return time.Now
}

// Option changes how a store is opened.
type Option func(*options)

// WithClock replaces the database's clock, for tests.
func WithClock(now func() time.Time) Option { return func(o *options) { o.clock = now } }

// WithoutMigrations leaves the schema as it is; Migrate can be called later.
func WithoutMigrations() Option { return func(o *options) { o.migrate = false } }

// Open opens a database and brings its schema up to date. The address is sqlite:PATH or postgres://…; any other, and a
// schema newer than this program, is CodeConfigInvalid. A SQLite file that another process uses is CodeStoreBusy.
func Open(ctx context.Context, address string, opts ...Option) (*Store, error) {
	o := options{migrate: true}
	for _, opt := range opts {
		opt(&o)
	}
	s, err := open(address, o) //nolint:contextcheck // a connection is opened whenever one is needed, not for this call
	if err != nil {
		return nil, err
	}
	if !o.migrate {
		return s, nil
	}
	if err := s.Migrate(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func open(address string, o options) (*Store, error) {
	if path, ok := strings.CutPrefix(address, "sqlite:"); ok {
		return openSQLite(path, o)
	}
	if strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://") {
		return openPostgres(address, o)
	}
	return nil, domain.Invalid(domain.CodeConfigInvalid, "the database address begins with sqlite: or postgres://")
}

// gormConfig is made anew for every connection: GORM keeps and changes what it is given.
func gormConfig() *gorm.Config {
	return &gorm.Config{SkipDefaultTransaction: true, Logger: logger.Discard, DisableAutomaticPing: true}
}

// Close ends all connections and gives up the lock.
func (s *Store) Close() error {
	var all []error
	for _, closeOne := range slices.Backward(s.closers) {
		all = append(all, closeOne())
	}
	s.closers = nil
	return errors.Join(all...)
}

// Dialect names the database: "sqlite" or "postgres".
func (s *Store) Dialect() string { return s.d.name() }

// Now is the database's clock; on SQLite that is the process's.
func (s *Store) Now(ctx context.Context) (domain.Instant, error) { return s.nowOn(ctx, s.read) }

func (s *Store) nowOn(ctx context.Context, db *gorm.DB) (domain.Instant, error) {
	if s.clock != nil {
		return domain.InstantOf(s.clock()), nil
	}
	micros, err := s.d.now(ctx, db)
	return domain.Instant(micros), err
}

// Read gives readers of the latest committed state.
func (s *Store) Read() domain.Reads { return readsOn(conn{db: s.read, d: s.d}) }

func readsOn(c conn) domain.Reads {
	return domain.Reads{
		Records:       recordReader{c},
		Mappings:      mappingReader{c},
		Uses:          useReader{c},
		Systems:       systemReader{c},
		Plants:        plantReader{c},
		Plans:         planReader{c},
		Policies:      policyReader{c},
		Acceptances:   acceptanceReader{c},
		Requests:      requestReader{c},
		Discrepancies: discrepancyReader{c},
		Deliveries:    deliveryReader{c},
		Users:         userReader{c},
		Audit:         auditReader{c},
		Runs:          runReader{c},
		Sources:       sourceReader{c},
		Imports:       importReader{c},
		Comparisons:   comparisonReader{c},
		Services:      serviceReader{c},
		Translations:  translationReader{c},
		Unmapped:      unmappedReader{c},
		CodeLists:     codeListReader{c},
		Authorities:   authorityReader{c},
		Events:        eventReader{c},
		Registration:  registrationReader{c},

		RecordRequests: recordRequestReader{c},
		MatchRules:     matchRuleReader{c},
		Verdicts:       verdictReader{c},
		Matches:        matchReader{c},
		Merges:         mergeReader{c},
		Exports:        exportReader{c},
	}
}

func reposOn(w *writing) domain.Repos {
	reads := readsOn(w.conn)
	return domain.Repos{
		Reads:         reads,
		Records:       recordRepo{recordReader{w.conn}, w},
		Mappings:      mappingRepo{mappingReader{w.conn}, w},
		Uses:          useRepo{useReader{w.conn}, w},
		Systems:       systemRepo{systemReader{w.conn}, w},
		Plants:        plantRepo{plantReader{w.conn}, w},
		Plans:         planRepo{planReader{w.conn}, w},
		Policies:      policyRepo{policyReader{w.conn}, w},
		Acceptances:   acceptanceRepo{acceptanceReader{w.conn}, w},
		Requests:      requestRepo{requestReader{w.conn}, w},
		Discrepancies: discrepancyRepo{discrepancyReader{w.conn}, w},
		Deliveries:    deliveryRepo{deliveryReader{w.conn}, w},
		Users:         userRepo{userReader{w.conn}, w},
		Imports:       importRepo{importReader{w.conn}, w},
		Services:      serviceRepo{serviceReader{w.conn}, w},
		Unmapped:      unmappedRepo{unmappedReader{w.conn}, w},
		CodeLists:     codeListRepo{codeListReader{w.conn}, w},
		Authorities:   authorityRepo{authorityReader{w.conn}, w},

		RecordRequests: recordRequestRepo{recordRequestReader{w.conn}, w},
		MatchRules:     matchRuleRepo{matchRuleReader{w.conn}, w},
		Verdicts:       verdictRepo{verdictReader{w.conn}, w},
		Now:            w.now,
	}
}

func opsOn(c conn, now domain.Instant) domain.Ops {
	return domain.Ops{
		Runs:       runOps{runReader{c}, now},
		Staging:    stagingOps{c},
		Sources:    sourceOps{sourceReader{c}},
		Deliveries: deliveryOps{c, now},
		Sessions:   sessionOps{c},
		Snapshots:  snapshotOps{c, now},
		Imports:    importOps{importReader{c}, now},
		Keys:       idempotencyOps{c, now},
		Comparison: comparisonOps{c},
		Services:   serviceOps{c},
		Unmapped:   unmappedOps{unmappedReader{c}, now},
		Schedules:  scheduleOps{c},
		Events:     eventOps{c, now},
		Matches:    matchOps{matchReader{c}, now},
		Identities: identityOps{c},
		Now:        now,
	}
}
