package rest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
	"github.com/crosswalk-mdm/crosswalk/server/connect/connecttest"
	"github.com/crosswalk-mdm/crosswalk/server/connect/rest"
)

// wms is a plant's system that pages by offset, page or cursor and has faults that can be switched on.
type wms struct {
	server *httptest.Server
	// fault is asked before every request; it answers true when it has answered in the place of the system.
	fault func(n int, w http.ResponseWriter, r *http.Request) bool
	// change makes the answer another one.
	change func(n int, answer map[string]any)

	mu       sync.Mutex
	records  []map[string]any
	requests []*http.Request
	most     int // records of a page, whatever is asked for
	token    string
}

func newWMS(t *testing.T) *wms {
	t.Helper()
	w := &wms{most: 500}
	w.server = httptest.NewServer(w)
	t.Cleanup(w.server.Close)
	return w
}

// put makes the system hold so many parts.
func (s *wms) put(count int) {
	s.records = nil
	for n := range count {
		s.records = append(s.records, map[string]any{"no": fmt.Sprintf("%03d", n), "title": "Part"})
	}
}

// ServeHTTP answers /api/parts.
func (s *wms) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, r)
	n := len(s.requests)
	switch {
	case s.token != "" && r.Header.Get("Authorization") != s.token:
		w.WriteHeader(http.StatusUnauthorized)
		return
	case s.fault != nil && s.fault(n, w, r):
		return
	case r.URL.Path != "/api/parts":
		w.WriteHeader(http.StatusNotFound)
		return
	}
	answer := s.page(r)
	if s.change != nil {
		s.change(n, answer)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(answer)
}

func (s *wms) page(r *http.Request) map[string]any {
	query := r.URL.Query()
	number := func(name string, otherwise int) int {
		if n, err := strconv.Atoi(query.Get(name)); err == nil {
			return n
		}
		return otherwise
	}
	size := min(number("limit", s.most), s.most)
	from := number("offset", 0)
	if page := number("page", 0); page > 0 {
		from = (page - 1) * size
	}
	from = min(number("cursor", from), len(s.records))
	to := min(from+size, len(s.records))
	meta := map[string]any{"total": len(s.records), "more": to < len(s.records), "next": nil}
	if to < len(s.records) {
		meta["next"] = strconv.Itoa(to)
	}
	return map[string]any{"data": map[string]any{"items": slices.Clone(s.records[from:to])}, "meta": meta}
}

func (s *wms) asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.requests)
}

// system declares the system with one stream.
func (s *wms) system(stream domain.Stream) domain.SourceSystem {
	return domain.SourceSystem{
		ID: "wms-test", Name: "WMS", Kind: domain.SystemREST, Settings: map[string]string{"base_url": s.server.URL + "/api"},
		Streams: []domain.Stream{stream},
	}
}

// The ways in which the system can be asked.
func offset() domain.StreamRequest {
	return domain.StreamRequest{
		Path: "/parts", Records: "data.items",
		Paging: domain.Paging{Kind: domain.PagingOffset, Parameter: "offset", SizeParameter: "limit", Size: 3},
	}
}

func pages() domain.StreamRequest {
	request := offset()
	request.Paging.Kind, request.Paging.Parameter, request.Paging.First = domain.PagingPage, "page", 1
	return request
}

func cursor() domain.StreamRequest {
	request := offset()
	request.Paging.Kind, request.Paging.Parameter, request.Paging.Next = domain.PagingCursor, "cursor", "meta.next"
	return request
}

func single() domain.StreamRequest {
	request := offset()
	request.Paging = domain.Paging{}
	return request
}

func total(request domain.StreamRequest) domain.StreamRequest {
	request.Total = "meta.total"
	return request
}

func more(request domain.StreamRequest) domain.StreamRequest {
	request.More = "meta.more"
	return request
}

// stream asks for parts.
func stream(request domain.StreamRequest) domain.Stream {
	return domain.Stream{Domain: "item", Request: request, Key: "no", Fields: map[domain.AttributeID]string{"name": "title"}}
}

// reading is what a reading brought.
type reading struct {
	codes    []domain.Code
	rejected []domain.QuarantinedRow
	proof    reconcile.Proof
	err      error
}

func (s *wms) read(t *testing.T, request domain.StreamRequest, change ...func(*rest.Options)) reading {
	t.Helper()
	o := rest.Options{System: s.system(stream(request)), RetryWait: time.Millisecond}
	for _, c := range change {
		c(&o)
	}
	source, err := rest.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(source.Close)
	var got reading
	got.proof, got.err = source.Read(t.Context(), reconcile.ReadRequest{Definition: connecttest.Item()}, func(page reconcile.Page) error {
		for _, row := range page.Rows {
			got.codes = append(got.codes, row.Record.Code)
		}
		got.rejected = append(got.rejected, page.Rejected...)
		return nil
	})
	return got
}

// TestContract runs what every connector of free shape promises, under every kind of paging.
func TestContract(t *testing.T) {
	t.Parallel()
	for name, request := range map[string]domain.StreamRequest{
		"offset with a total": total(offset()), "offset to an empty page": offset(), "pages": more(pages()), "a cursor": cursor(), "one answer": more(single()),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			connecttest.RunRows(t, func(t *testing.T) connecttest.Rows {
				s := newWMS(t)
				if request.Paging.Kind == "" {
					s.most = 10_000
				} else {
					request.Paging.Size = 400
				}
				return connecttest.Rows{
					Put: s.putRows,
					Connect: func(t *testing.T, stream domain.Stream) (reconcile.Source, error) {
						stream.Request = request
						source, err := rest.New(rest.Options{System: s.system(stream), RetryWait: time.Millisecond})
						if err != nil {
							return nil, err
						}
						t.Cleanup(source.Close)
						return source, nil
					},
					Position: func(n int) string { return fmt.Sprintf("page 1, record %d", n) },
				}
			})
		})
	}
}

// putRows holds numbers as numbers.
func (s *wms) putRows(t *testing.T, columns []string, rows [][]any) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.records = nil
	for _, row := range rows {
		record := map[string]any{}
		for i, cell := range row {
			if number, is := cell.(connecttest.Number); is {
				cell = json.Number(number)
			}
			record[columns[i]] = cell
		}
		s.records = append(s.records, record)
	}
}
