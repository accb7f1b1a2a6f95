package rest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/connect/rows"
)

// reading is one pass over a list.
type reading struct {
	source    *Source
	stream    stream
	converter rows.Converter
	pages     *rows.Pages
	pager     *pager
	absent    map[string]string // names no record had so far, with what needs them
	seed      maphash.Seed
	before    map[uint64]bool // the records of the page before
}

func newReading(s *Source, stream stream, converter rows.Converter, pages *rows.Pages) *reading {
	r := &reading{
		source: s, stream: stream, converter: converter, pages: pages, pager: newPager(stream.request, s.client.list(stream.request.Path)),
		absent: map[string]string{}, seed: maphash.MakeSeed(),
	}
	for _, use := range stream.mapping.Uses() {
		r.absent[use.Column] = use.What
	}
	return r
}

func (r *reading) run(ctx context.Context) error {
	for over := false; !over; {
		page, err := r.source.client.get(ctx, r.stream.request.Path, r.pager.query())
		if r.pager.confirming && errors.Is(err, errNotThere) {
			r.pager.absent()
			break
		}
		if err != nil {
			return inTime(ctx, err)
		}
		if over, err = r.page(page); err != nil {
			return err
		}
	}
	if err := r.checkNames(); err != nil {
		return err
	}
	return r.pages.Flush()
}

// inTime tells a reading whose time is over from one that was ended between two attempts.
func inTime(ctx context.Context, err error) error {
	if errors.As(err, new(*domain.Error)) || ctx.Err() == nil {
		return err
	}
	return transportError(ctx.Err())
}

// page takes an answer in.
func (r *reading) page(page answer) (over bool, err error) {
	records, err := page.records(r.stream.request.Records)
	if err != nil {
		return true, err
	}
	if r.pager.read+len(records) > r.source.maxRows {
		return true, domain.Invalid(domain.CodeConfigInvalid, "the stream %s has more than the %d records allowed", r.stream.domain, r.source.maxRows)
	}
	first := r.pager.pages + 1
	hashes := make([]uint64, len(records))
	repeated := 0
	for i, record := range records {
		if hashes[i] = maphash.Bytes(r.seed, written(record)); r.before[hashes[i]] {
			repeated++
		}
	}
	if over, err = r.pager.take(page, len(records), repeated); err != nil {
		return true, err
	}
	for i, record := range records {
		if r.before[hashes[i]] {
			continue // it was handed over with the page before
		}
		if err := r.take(record, fmt.Sprintf("page %d, record %d", first, i+1)); err != nil {
			return true, err
		}
	}
	r.before = make(map[uint64]bool, len(hashes))
	for _, hash := range hashes {
		r.before[hash] = true
	}
	return over, nil
}

// written writes a record the same way each time.
func written(record any) []byte {
	text, err := json.Marshal(record)
	if err != nil {
		return nil // what was decoded from JSON can be written as JSON
	}
	return text
}

func (r *reading) take(value any, position string) error {
	row, isRecord := value.(map[string]any)
	if !isRecord {
		return r.pages.Reject(domain.QuarantinedRow{Position: position, Reason: "this is not a record with names and values", Content: string(written(value))})
	}
	for name := range r.absent {
		if _, has := row[name]; has {
			delete(r.absent, name)
		}
	}
	record, err := r.converter.Record(row)
	if err != nil {
		return r.pages.Reject(domain.QuarantinedRow{Position: position, Code: string(record.Code), Reason: err.Error(), Content: string(written(row))})
	}
	return r.pages.Take(domain.StagedRow{Record: record})
}

// checkNames finds names that the expressions use and no record has: they were changed, not left out. Names that may be missing
// everywhere are written $env?.name.
func (r *reading) checkNames() error {
	if r.pager.read == 0 {
		return nil
	}
	for _, use := range r.stream.mapping.Uses() {
		if what, absent := r.absent[use.Column]; absent {
			return domain.Invalid(domain.CodeSystemSchema, "none of the system's records has the name %s, which %s needs", use.Column, what)
		}
	}
	return nil
}
