package file

import (
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
	"github.com/crosswalk-mdm/crosswalk/server/connect/rows"
)

// reading is one pass over a file.
type reading struct {
	source    *Source
	stream    stream
	found     *opened
	request   reconcile.ReadRequest
	pages     *rows.Pages
	text      text
	converter rows.Converter
	watermark string
	unchanged bool
	token     string

	read     int
	lost     int // lines that were no rows
	declared int // rows the trailer counts
	trailed  bool
	beyond   bool // something stands after the trailer
	changed  bool
}

// prepare finds out how the file is written.
func (r *reading) prepare(ctx context.Context) error {
	var err error
	if r.text, err = r.found.inspect(ctx, r.source.settings.encoding); err != nil {
		return err
	}
	decimals, err := r.decimals(ctx)
	if err != nil {
		return err
	}
	mapping := r.stream.mapping
	if decimals == rows.DecimalComma {
		if mapping, err = rows.Compile(r.source.system.ID, r.stream.declared, decimals); err != nil {
			return err
		}
	}
	if r.converter, err = mapping.Converter(r.request); err != nil {
		return err
	}
	r.watermark = strings.Join([]string{r.text.sum, r.found.time.UTC().Format("20060102T150405.000000000"), r.fingerprint()}, "-")
	r.unchanged = r.request.Since != "" && r.request.Since == r.watermark
	r.token = r.found.time.UTC().Format(time.RFC3339) + " " + r.text.sum[:12]
	return nil
}

// formVersion changes when the same file would be read into other records.
const formVersion = 1

// fingerprint stands for all that decides what a file becomes, but for the file.
func (r *reading) fingerprint() string {
	what := fmt.Appendf(nil, "%d %#v %#v %#v", formVersion, r.stream.declared, r.source.system.Settings, r.request.Attributes)
	for _, a := range r.request.Definition.Attributes {
		what = fmt.Appendf(what, "%q %q %q", a.ID, a.Kind, a.Unit)
	}
	sum := sha256.Sum256(what)
	return hex.EncodeToString(sum[:8])
}

// run hands over the file's rows, and sees whether it is still the file that was inspected.
func (r *reading) run(ctx context.Context) error {
	sum := sha256.New()
	t, err := r.table(ctx, sum)
	if err != nil {
		return err
	}
	for {
		cells, line, err := t.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err := r.line(t, cells, line, err); err != nil {
			return err
		}
	}
	r.changed = hex.EncodeToString(sum.Sum(nil)) != r.text.sum
	return r.pages.Flush()
}

// line takes one line in; failed is why it is no row.
func (r *reading) line(t *table, cells []string, line int, failed error) error {
	position := "line " + strconv.Itoa(line)
	var wrong *csv.ParseError
	switch {
	case errors.As(failed, &wrong):
		r.read++
		r.lost++
		return r.pages.Reject(domain.QuarantinedRow{
			Position: position, Reason: fmt.Sprintf("a quotation mark stands inside a cell or is never closed; what stands on the lines %d to %d is lost", line, wrong.Line+t.skipped),
		})
	case failed != nil:
		return readError(failed)
	case blank(cells):
		return nil
	case r.trailed:
		r.beyond = true
	case r.source.settings.trailer != "" && strings.TrimSpace(cells[0]) == r.source.settings.trailer:
		return r.trailer(cells)
	}
	if r.read++; r.read > r.source.options.MaxRows {
		return domain.Invalid(domain.CodeConfigInvalid, "the file %s has more than the %d rows allowed", r.found.name, r.source.options.MaxRows)
	}
	return r.row(t, cells, position)
}

// trailer reads the number of rows off the last line.
func (r *reading) trailer(cells []string) error {
	r.trailed = true
	for _, cell := range cells[1:] {
		if count, err := strconv.Atoi(strings.TrimSpace(cell)); err == nil {
			r.declared = count
			return nil
		}
	}
	return unreadable(r.found.name, "has a trailer without a number of rows")
}

func (r *reading) row(t *table, cells []string, position string) error {
	row := t.row(cells)
	if len(cells) != len(t.columns) {
		r.lost++
		code, _ := r.converter.Code(row)
		return r.pages.Reject(domain.QuarantinedRow{
			Position: position, Code: string(code), Content: rows.Content(t.columns, row),
			Reason: fmt.Sprintf("the line has %d cells where the header has %d; is a delimiter inside a cell without quotation marks, or is the line cut?", len(cells), len(t.columns)),
		})
	}
	record, err := r.converter.Record(row)
	if err != nil {
		return r.pages.Reject(domain.QuarantinedRow{Position: position, Code: string(record.Code), Reason: err.Error(), Content: rows.Content(t.columns, row)})
	}
	if r.unchanged {
		return r.pages.Take(domain.StagedRow{Record: domain.SourceRecord{Code: record.Code}, Unchanged: true})
	}
	record.Token = r.token
	return r.pages.Take(domain.StagedRow{Record: record})
}

// verdict says why the file does not prove to be whole, "" when it does.
func (r *reading) verdict() string {
	name, trailer := r.found.name, r.source.settings.trailer
	switch {
	case r.changed:
		return fmt.Sprintf("%s was changed while it was read", name)
	case r.lost > 0:
		return fmt.Sprintf("%d lines of %s could not be told apart into cells; they stand in the quarantine", r.lost, name)
	case trailer != "" && !r.trailed:
		return fmt.Sprintf("%s does not end with its trailer %s", name, trailer)
	case r.beyond:
		return fmt.Sprintf("%s goes on after its trailer %s", name, trailer)
	case trailer != "" && r.declared != r.read:
		return fmt.Sprintf("the trailer of %s counts %d rows, but it has %d", name, r.declared, r.read)
	case trailer == "" && r.source.settings.ready == readyStable && !r.text.ended:
		return fmt.Sprintf("the last line of %s has no end: it may be cut", name)
	}
	return ""
}
