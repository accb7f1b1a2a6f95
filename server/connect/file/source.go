// Package file reads the CSV files that a plant system leaves in a folder of this machine. It implements reconcile.Source: of
// each domain the newest file that is complete is read, and its lines are turned into records by expressions. Nothing outside
// the folder is ever opened, and nothing is written, moved or deleted.
package file

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
	"github.com/crosswalk-mdm/crosswalk/server/connect/rows"
)

// The settings of a file system.
const (
	settingDir       = "dir"
	settingReady     = "ready"
	settingSettle    = "settle"
	settingMaxAge    = "max_age"
	settingDelimiter = "delimiter"
	settingEncoding  = "encoding"
	settingDecimal   = "decimal"
	settingTrailer   = "trailer"
)

// The ways to know that a file has been written to its end.
const (
	readyStable = "stable" // it looks the same twice
	readyDone   = "done"   // a file of the same name with .done behind it is not older
)

// Options are what a source is made of.
type Options struct {
	System domain.SourceSystem
	// Timeout bounds one reading, 0 is a quarter of an hour.
	Timeout time.Duration
	// MaxBytes and MaxRows bound a file, 0 is 100 MiB and a million.
	MaxBytes int64
	MaxRows  int
	// Wait passes the time between two looks at a file, Now is the clock; nil is the real one.
	Wait func(ctx context.Context, d time.Duration) error
	Now  func() time.Time
}

// Source is one folder. It is safe for concurrent use.
type Source struct {
	options  Options
	system   domain.SourceSystem
	settings settings
	streams  map[domain.DomainName]stream
}

// settings are a system's settings, understood.
type settings struct {
	dir       string
	ready     string
	settle    time.Duration
	maxAge    time.Duration // 0: any
	delimiter rune          // 0: found out
	encoding  string        // "": found out
	decimals  rows.Decimals // "": found out
	trailer   string        // "": none
}

// stream is one domain's files with its expressions, compiled for numbers with a point.
type stream struct {
	declared domain.Stream
	mapping  *rows.Mapping
}

var _ reconcile.Source = (*Source)(nil)

// New compiles the system's streams; nothing is opened. A setting or expression that cannot be used is CodeConfigInvalid, naming
// the stream, the attribute and the position.
func New(o Options) (*Source, error) {
	parsed, err := parseSettings(o.System)
	if err != nil {
		return nil, err
	}
	o.Timeout, o.MaxBytes, o.MaxRows = orDefault(o.Timeout, 15*time.Minute), orDefault(o.MaxBytes, 100<<20), orDefault(o.MaxRows, 1_000_000)
	if o.Wait == nil {
		o.Wait = wait
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Source{options: o, system: o.System, settings: parsed, streams: map[domain.DomainName]stream{}}
	for _, declared := range o.System.Streams {
		if faults := declared.Faults(domain.SystemFile); len(faults) > 0 {
			return nil, domain.Invalid(domain.CodeConfigInvalid, "%s: %s", rows.Where(o.System.ID, declared.Domain), faults[0].Msg)
		}
		mapping, err := rows.Compile(o.System.ID, declared, rows.DecimalPoint)
		if err != nil {
			return nil, err
		}
		s.streams[declared.Domain] = stream{declared: declared, mapping: mapping}
	}
	return s, nil
}

func orDefault[N int | int64 | time.Duration](value, otherwise N) N {
	if value > 0 {
		return value
	}
	return otherwise
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

func parseSettings(system domain.SourceSystem) (settings, error) {
	raw := system.Settings
	fault := func(format string, args ...any) (settings, error) {
		return settings{}, domain.Invalid(domain.CodeConfigInvalid, "the system "+string(system.ID)+": "+format, args...)
	}
	s := settings{dir: raw[settingDir], ready: raw[settingReady], trailer: strings.TrimSpace(raw[settingTrailer])}
	if !filepath.IsAbs(s.dir) || filepath.Clean(s.dir) != s.dir {
		return fault("dir must be the whole path of a folder, without .. and without a slash at its end")
	}
	if s.ready == "" {
		s.ready = readyStable
	}
	if s.ready != readyStable && s.ready != readyDone {
		return fault("ready is stable or done, unlike %q", s.ready)
	}
	var err error
	if s.settle, err = duration(raw[settingSettle], 2*time.Second, 5*time.Minute); err != nil {
		return fault("settle: %v", err)
	}
	if s.maxAge, err = duration(raw[settingMaxAge], 0, 10_000*time.Hour); err != nil {
		return fault("max_age: %v", err)
	}
	var known bool
	if s.delimiter, known = delimiters()[raw[settingDelimiter]]; !known {
		return fault("delimiter is ; or , or | or tab, unlike %q", raw[settingDelimiter])
	}
	if s.encoding, known = encodings()[strings.ToLower(raw[settingEncoding])]; !known {
		return fault("encoding is utf-8, utf-16 or windows-1252, unlike %q", raw[settingEncoding])
	}
	switch s.decimals = rows.Decimals(raw[settingDecimal]); s.decimals {
	case "", rows.DecimalPoint, rows.DecimalComma:
		return s, nil
	}
	return fault("decimal is point or comma, unlike %q", s.decimals)
}

// duration reads a setting such as 30s or 26h.
func duration(raw string, otherwise, most time.Duration) (time.Duration, error) {
	if raw == "" {
		return otherwise, nil
	}
	d, err := time.ParseDuration(raw)
	if err != nil || d <= 0 || d > most {
		return 0, domain.Invalid(domain.CodeConfigInvalid, "%q is not a time such as 30s or 26h, of at most %s", raw, most)
	}
	return d, nil
}

func delimiters() map[string]rune {
	return map[string]rune{"": 0, ";": ';', ",": ',', "|": '|', "tab": '\t', "\t": '\t'}
}

func encodings() map[string]string {
	return map[string]string{"": "", "utf-8": encodingUTF8, "utf-16": encodingUTF16, "windows-1252": encodingWindows}
}

// Supplies lists the definition's attributes for which the domain's stream has an expression.
func (s *Source) Supplies(definition domain.Definition) []domain.AttributeID {
	return s.streams[definition.Domain].mapping.Supplies(definition)
}

// Read reads the newest complete file. Its watermark is the file's hash and time: where that file would be read again, every
// record is only named as unchanged.
func (s *Source) Read(ctx context.Context, request reconcile.ReadRequest, emit func(reconcile.Page) error) (reconcile.Proof, error) {
	stream, known := s.streams[request.Definition.Domain]
	if !known {
		return reconcile.Proof{}, domain.Invalid(domain.CodeConfigInvalid, "the system %s has no stream for the domain %s", s.system.ID, request.Definition.Domain)
	}
	if _, err := stream.mapping.Converter(request); err != nil {
		return reconcile.Proof{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	found, err := s.open(ctx, stream.declared.Glob)
	if err != nil {
		return reconcile.Proof{}, err
	}
	defer found.close()
	r := reading{source: s, stream: stream, found: found, request: request, pages: rows.NewPages(emit)}
	if err := r.prepare(ctx); err != nil {
		return reconcile.Proof{}, err
	}
	if err := r.run(ctx); err != nil {
		return reconcile.Proof{}, err
	}
	if why := r.verdict(); why != "" {
		return reconcile.Proof{Why: why}, nil
	}
	how := fmt.Sprintf("The file %s was read to its end and is whole", found.name)
	return reconcile.Proof{Complete: true, How: how, Watermark: r.watermark}, nil
}
