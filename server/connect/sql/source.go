// Package sql reads a plant system through a read-only account on its MySQL or MariaDB, PostgreSQL or SQLite database. It
// implements reconcile.Source: each domain is one SELECT whose rows are turned into records by expressions. There is no
// writing here; what such a system must change becomes a work-list entry.
package sql

import (
	"context"
	stdsql "database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
	"github.com/crosswalk-mdm/crosswalk/server/connect/rows"
)

// settingDriver names the kind of database: mysql (also for MariaDB), postgres or sqlite.
const settingDriver = "driver"

// Options are what a source is made of. DSN is the secret itself, not a reference to it.
type Options struct {
	System domain.SourceSystem
	DSN    string
	// Timeout bounds one reading, 0 is five minutes.
	Timeout time.Duration
	// MaxRows bounds one query, 0 is two million.
	MaxRows int
}

// Source is one database. It is safe for concurrent use.
type Source struct {
	system  domain.SourceSystem
	dialect dialect
	db      *stdsql.DB
	timeout time.Duration
	maxRows int
	streams map[domain.DomainName]stream
}

var _ reconcile.Source = (*Source)(nil)

// New compiles the system's streams and prepares a connection without making it. A setting, query or expression that cannot
// be used is CodeConfigInvalid, naming the stream, the attribute and the position.
func New(o Options) (*Source, error) {
	s := &Source{system: o.System, timeout: o.Timeout, maxRows: o.MaxRows, streams: map[domain.DomainName]stream{}}
	if s.timeout <= 0 {
		s.timeout = 5 * time.Minute
	}
	if s.maxRows <= 0 {
		s.maxRows = 2_000_000
	}
	for _, declared := range o.System.Streams {
		compiled, err := compile(o.System.ID, declared)
		if err != nil {
			return nil, err
		}
		s.streams[declared.Domain] = compiled
	}
	var err error
	if s.dialect, err = dialectOf(o.System); err != nil {
		return nil, err
	}
	if s.db, err = s.dialect.open(o.DSN); err != nil {
		// the cause may repeat the DSN, and with it a password
		return nil, domain.Invalid(domain.CodeConfigInvalid, "the connection string of the system %s is not one of the driver %s", o.System.ID, s.dialect.name)
	}
	s.db.SetMaxOpenConns(2)
	s.db.SetConnMaxIdleTime(time.Minute)
	return s, nil
}

// Close ends the connections.
func (s *Source) Close() error { return s.db.Close() }

// Supplies lists the definition's attributes for which the domain's stream has an expression.
func (s *Source) Supplies(definition domain.Definition) []domain.AttributeID {
	return s.streams[definition.Domain].mapping.Supplies(definition)
}

// Read runs the domain's query in one read-only transaction. It is complete when as many rows came as the database counted
// beforehand in the same transaction. The source has no watermark: every reading brings everything.
func (s *Source) Read(ctx context.Context, request reconcile.ReadRequest, emit func(reconcile.Page) error) (reconcile.Proof, error) {
	stream, known := s.streams[request.Definition.Domain]
	if !known {
		return reconcile.Proof{}, domain.Invalid(domain.CodeConfigInvalid, "the system %s has no stream for the domain %s", s.system.ID, request.Definition.Domain)
	}
	converter, err := stream.mapping.Converter(request)
	if err != nil {
		return reconcile.Proof{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	tx, err := s.begin(ctx)
	if err != nil {
		return reconcile.Proof{}, err
	}
	defer func() { _ = tx.Rollback() }()
	counted, err := s.count(ctx, tx, stream)
	if err != nil {
		return reconcile.Proof{}, err
	}
	r := reading{source: s, stream: stream, converter: converter, pages: rows.NewPages(emit)}
	if err := r.run(ctx, tx); err != nil {
		return reconcile.Proof{}, err
	}
	if r.read != counted {
		return reconcile.Proof{Why: fmt.Sprintf("the database counts %d rows but returned %d", counted, r.read)}, nil
	}
	how := fmt.Sprintf("The database counted %d rows beforehand in the same transaction, and as many came", counted)
	return reconcile.Proof{Complete: true, How: how}, nil
}

// begin opens a transaction that can write nothing and sees one state of the data.
func (s *Source) begin(ctx context.Context) (*stdsql.Tx, error) {
	tx, err := s.db.BeginTx(ctx, &stdsql.TxOptions{ReadOnly: true, Isolation: s.dialect.isolation})
	if err != nil {
		return nil, s.classify(err)
	}
	return tx, nil
}

// count comes before the query itself: inside parentheses the database accepts nothing but a query, so that no other kind of
// statement, nor one that writes a file, gets further than this.
func (s *Source) count(ctx context.Context, tx *stdsql.Tx, stream stream) (int, error) {
	var counted int
	if err := tx.QueryRowContext(ctx, "SELECT COUNT(*) FROM (\n"+stream.query+"\n) AS counted").Scan(&counted); err != nil {
		return 0, s.classify(err)
	}
	if counted > s.maxRows {
		return 0, domain.Invalid(domain.CodeConfigInvalid, "the query of the stream %s has %d rows, more than the %d allowed", stream.domain, counted, s.maxRows)
	}
	return counted, nil
}

// reading is one pass over a query.
type reading struct {
	source    *Source
	stream    stream
	converter rows.Converter
	pages     *rows.Pages
	columns   []string
	read      int
}

func (r *reading) run(ctx context.Context, tx *stdsql.Tx) error {
	found, err := tx.QueryContext(ctx, r.stream.query)
	if err != nil {
		return r.source.classify(err)
	}
	defer func() { _ = found.Close() }()
	if r.columns, err = found.Columns(); err != nil {
		return r.source.classify(err)
	}
	if err := r.checkColumns(); err != nil {
		return err
	}
	for found.Next() {
		if err := r.take(found); err != nil {
			return err
		}
	}
	if err := found.Err(); err != nil {
		return r.source.classify(err)
	}
	return r.pages.Flush()
}

// checkColumns finds columns that the expressions use and the query no longer returns.
func (r *reading) checkColumns() error {
	if twice := duplicate(r.columns); twice != "" {
		return domain.Invalid(domain.CodeConfigInvalid, "the query of the stream %s returns the column %s twice", r.stream.domain, twice)
	}
	for _, use := range r.stream.mapping.Uses() {
		if !slices.Contains(r.columns, use.Column) {
			return domain.Invalid(domain.CodeSystemSchema, "the query of the stream %s of the system %s does not return the column %s, which %s needs",
				r.stream.domain, r.source.system.ID, use.Column, use.What)
		}
	}
	return nil
}

func duplicate(names []string) string {
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			return name
		}
	}
	return ""
}

func (r *reading) take(found *stdsql.Rows) error {
	cells := make([]any, len(r.columns))
	targets := make([]any, len(cells))
	for i := range cells {
		targets[i] = &cells[i]
	}
	if err := found.Scan(targets...); err != nil {
		return r.source.classify(err)
	}
	row := make(map[string]any, len(cells))
	for i, name := range r.columns {
		row[name] = plain(cells[i])
	}
	r.read++
	record, err := r.converter.Record(row)
	if err != nil {
		return r.pages.Reject(domain.QuarantinedRow{
			Position: fmt.Sprintf("row %d", r.read), Code: string(record.Code), Reason: err.Error(), Content: rows.Content(r.columns, row),
		})
	}
	return r.pages.Take(domain.StagedRow{Record: record})
}

// Check tries the connection step by step: whether the database answers, accepts the account, and returns a row of every
// stream that can be converted.
func (s *Source) Check(ctx context.Context) []reconcile.CheckStep {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	began := time.Now()
	err := s.db.PingContext(ctx)
	if err != nil {
		err = s.classify(err)
	}
	denied := domain.ErrorCode(err) == domain.CodeSystemDenied
	if err != nil && !denied {
		return []reconcile.CheckStep{{Name: "reach", Hint: rows.Sentence(err), Took: time.Since(began)}}
	}
	steps := []reconcile.CheckStep{{Name: "reach", OK: true, Hint: "the database answers", Took: time.Since(began)}}
	if denied {
		return append(steps, reconcile.CheckStep{Name: "sign in", Hint: rows.Sentence(err)})
	}
	steps = append(steps, reconcile.CheckStep{Name: "sign in", OK: true, Hint: "the account is accepted"})
	for _, declared := range s.system.Streams {
		step := s.checkStream(ctx, s.streams[declared.Domain])
		if steps = append(steps, step); !step.OK {
			break
		}
	}
	return steps
}

// checkStream counts a stream's rows and looks at the first one.
func (s *Source) checkStream(ctx context.Context, stream stream) reconcile.CheckStep {
	step := reconcile.CheckStep{Name: "read one " + string(stream.domain)}
	began := time.Now()
	counted, err := s.first(ctx, stream)
	step.Took = time.Since(began)
	if err != nil {
		step.Hint = rows.Sentence(err)
		return step
	}
	step.OK, step.Hint = true, fmt.Sprintf("the query returns %d rows with the columns that are needed", counted)
	return step
}

func (s *Source) first(ctx context.Context, stream stream) (int, error) {
	tx, err := s.begin(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { _ = tx.Rollback() }()
	counted, err := s.count(ctx, tx, stream)
	if err != nil {
		return 0, err
	}
	// #nosec G202 -- the query is the approved configuration itself; no value of a row or a caller is ever put into it
	found, err := tx.QueryContext(ctx, "SELECT * FROM (\n"+stream.query+"\n) AS shown LIMIT 1")
	if err != nil {
		return 0, s.classify(err)
	}
	defer func() { _ = found.Close() }()
	r := reading{source: s, stream: stream}
	if r.columns, err = found.Columns(); err != nil {
		return 0, s.classify(err)
	}
	if err := r.checkColumns(); err != nil {
		return 0, err
	}
	for found.Next() {
		continue
	}
	if err := found.Err(); err != nil {
		return 0, s.classify(err)
	}
	return counted, nil
}
