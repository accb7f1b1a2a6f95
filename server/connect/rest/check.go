package rest

import (
	"context"
	"fmt"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
	"github.com/crosswalk-mdm/crosswalk/server/connect/rows"
)

// Check tries the connection step by step: whether the system answers, accepts the key, and returns a page of every stream with
// the names that are needed.
func (s *Source) Check(ctx context.Context) []reconcile.CheckStep {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	if len(s.system.Streams) == 0 {
		return []reconcile.CheckStep{{Name: "settings", Hint: "the system has no stream: nothing says what is to be read"}}
	}
	var steps []reconcile.CheckStep
	for i, declared := range s.system.Streams {
		began := time.Now()
		hint, err := s.first(ctx, s.streams[declared.Domain])
		took := time.Since(began)
		code := domain.ErrorCode(err)
		if i == 0 {
			if code == domain.CodeSystemUnreachable || code == domain.CodeSystemCut {
				return []reconcile.CheckStep{{Name: "reach", Hint: rows.Sentence(err), Took: took}}
			}
			steps = append(steps, reconcile.CheckStep{Name: "reach", OK: true, Hint: "the system answers", Took: took})
			if code == domain.CodeSystemDenied {
				return append(steps, reconcile.CheckStep{Name: "sign in", Hint: rows.Sentence(err)})
			}
			steps = append(steps, reconcile.CheckStep{Name: "sign in", OK: true, Hint: s.signedIn()})
		}
		step := reconcile.CheckStep{Name: "read one " + string(declared.Domain), OK: err == nil, Hint: hint, Took: took}
		if err != nil {
			step.Hint = rows.Sentence(err)
		}
		if steps = append(steps, step); err != nil {
			break
		}
	}
	return steps
}

func (s *Source) signedIn() string {
	if NeedsToken(s.system) {
		return "the key is not refused"
	}
	return "not needed: the system is asked without a key"
}

// first looks at a stream's first page.
func (s *Source) first(ctx context.Context, stream stream) (string, error) {
	pager := newPager(stream.request, s.client.list(stream.request.Path))
	page, err := s.client.get(ctx, stream.request.Path, pager.query())
	if err != nil {
		return "", inTime(ctx, err)
	}
	records, err := page.records(stream.request.Records)
	if err != nil {
		return "", err
	}
	r := newReading(s, stream, rows.Converter{}, nil)
	r.pager.read = len(records)
	for _, record := range records {
		row, _ := record.(map[string]any)
		for name := range row {
			delete(r.absent, name)
		}
	}
	if err := r.checkNames(); err != nil {
		return "", err
	}
	if _, err := pager.take(page, len(records), 0); err != nil {
		return "", err
	}
	switch {
	case stream.request.Total != "":
		return fmt.Sprintf("the first page has %d of %d records, with the names that are needed", len(records), pager.total), nil
	case stream.request.More == "" && (stream.request.Paging.Kind == "" || stream.request.Paging.Kind == domain.PagingNone):
		return fmt.Sprintf("the answer has %d records, but nothing proves that they are all: without total, more or paging no reading is complete", len(records)), nil
	}
	return fmt.Sprintf("the first page has %d records, with the names that are needed", len(records)), nil
}
