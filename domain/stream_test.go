package domain

import (
	"slices"
	"strings"
	"testing"
)

// restStream is one that is in order.
func restStream() Stream {
	return Stream{Domain: "item", Request: StreamRequest{
		Path: "/v1/parts", Parameters: map[string]string{"fields": "all"}, Records: "data.items", Total: "meta.total",
		Paging: Paging{Kind: PagingOffset, Parameter: "offset", SizeParameter: "limit", Size: 500},
	}}
}

func TestStreamFaults(t *testing.T) {
	t.Parallel()
	request := func(change func(*StreamRequest)) Stream {
		s := restStream()
		change(&s.Request)
		return s
	}
	paging := func(p Paging) Stream { return request(func(r *StreamRequest) { r.Paging = p }) }
	tests := map[string]struct {
		kind   SystemKind
		stream Stream
		want   []string
	}{
		"a request":                  {SystemREST, restStream(), nil},
		"a query":                    {SystemSQL, Stream{Query: "SELECT 1"}, nil},
		"a glob":                     {SystemFile, Stream{Glob: "items_*.csv"}, nil},
		"an Odoo needs none":         {SystemOdoo, Stream{}, nil},
		"everything at once":         {SystemSQL, Stream{Query: "SELECT 1", Glob: "x", Request: StreamRequest{Path: "/x"}}, []string{"/request", "/glob"}},
		"a query over HTTP":          {SystemREST, Stream{Query: "SELECT 1"}, []string{"/query", "/request/path"}},
		"no glob":                    {SystemFile, Stream{}, []string{"/glob"}},
		"a glob with a folder":       {SystemFile, Stream{Glob: "../x.csv"}, []string{"/glob"}},
		"a glob of another system":   {SystemFile, Stream{Glob: `..\x.csv`}, []string{"/glob"}},
		"a glob that is none":        {SystemFile, Stream{Glob: "[x"}, []string{"/glob"}},
		"a path from nowhere":        {SystemREST, request(func(r *StreamRequest) { r.Path = "parts" }), []string{"/request/path"}},
		"a path that climbs":         {SystemREST, request(func(r *StreamRequest) { r.Path = "/v1/../admin" }), []string{"/request/path"}},
		"a path to another host":     {SystemREST, request(func(r *StreamRequest) { r.Path = "//evil.example" }), []string{"/request/path"}},
		"a path that hides":          {SystemREST, request(func(r *StreamRequest) { r.Path = "/%2e%2e/admin" }), []string{"/request/path"}},
		"a path with parameters":     {SystemREST, request(func(r *StreamRequest) { r.Path = "/parts?x=1" }), []string{"/request/path"}},
		"a secret":                   {SystemREST, request(func(r *StreamRequest) { r.Parameters = map[string]string{"ApiKey": "x", "access_token": "y"} }), []string{"/request/parameters", "/request/parameters"}},
		"a parameter of the paging":  {SystemREST, request(func(r *StreamRequest) { r.Parameters = map[string]string{"limit": "1"} }), []string{"/request/parameters"}},
		"paths that are none":        {SystemREST, request(func(r *StreamRequest) { r.Records, r.Total, r.More = "a..b", ".x", "y." }), []string{"/request/records", "/request/total", "/request/more"}},
		"no paging":                  {SystemREST, paging(Paging{Kind: PagingNone}), nil},
		"no paging with a parameter": {SystemREST, paging(Paging{Parameter: "x"}), []string{"/request/paging"}},
		"pages":                      {SystemREST, paging(Paging{Kind: PagingPage, Parameter: "page", First: 1}), nil},
		"a cursor":                   {SystemREST, paging(Paging{Kind: PagingCursor, Parameter: "after", Next: "meta.next"}), nil},
		"a link":                     {SystemREST, paging(Paging{Kind: PagingLink, Next: "links.next"}), nil},
		"a link from nowhere":        {SystemREST, paging(Paging{Kind: PagingLink}), []string{"/request/paging/next"}},
		"a link with a parameter":    {SystemREST, paging(Paging{Kind: PagingLink, Parameter: "after", Next: "links.next"}), []string{"/request/paging/parameter"}},
		"a cursor from nowhere":      {SystemREST, paging(Paging{Kind: PagingCursor, Parameter: "after"}), []string{"/request/paging/next"}},
		"an offset with a cursor":    {SystemREST, paging(Paging{Kind: PagingOffset, Parameter: "o", Next: "x"}), []string{"/request/paging/next"}},
		"an offset with a first":     {SystemREST, paging(Paging{Kind: PagingOffset, Parameter: "o", First: 1}), []string{"/request/paging/first"}},
		"an offset without a name":   {SystemREST, paging(Paging{Kind: PagingOffset}), []string{"/request/paging/parameter"}},
		"an unknown paging":          {SystemREST, paging(Paging{Kind: "guess"}), []string{"/request/paging/kind"}},
		"a size without a parameter": {SystemREST, paging(Paging{Kind: PagingOffset, Parameter: "o", Size: 5}), []string{"/request/paging/size"}},
		"a parameter without a size": {SystemREST, paging(Paging{Kind: PagingOffset, Parameter: "o", SizeParameter: "n"}), []string{"/request/paging/size"}},
		"one parameter for both":     {SystemREST, paging(Paging{Kind: PagingOffset, Parameter: "n", SizeParameter: "n", Size: 5}), []string{"/request/paging/size_parameter"}},
		"a size beyond reason":       {SystemREST, paging(Paging{Kind: PagingOffset, Parameter: "o", SizeParameter: "n", Size: 1_000_000}), []string{"/request/paging/size"}},
		"a size below zero":          {SystemREST, paging(Paging{Kind: PagingOffset, Parameter: "o", SizeParameter: "n", Size: -1}), []string{"/request/paging/size"}},
		"pages below zero":           {SystemREST, paging(Paging{Kind: PagingPage, Parameter: "p", First: -1, MaxPages: -1}), []string{"/request/paging"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, fault := range tt.stream.Faults(tt.kind) {
				got = append(got, fault.Location)
				if fault.Msg == "" {
					t.Errorf("%s has no sentence", fault.Location)
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("%q, wanted %q", got, tt.want)
			}
		})
	}
}

func TestParseFieldPath(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		raw   string
		names []string // nil and no code: the answer itself
		code  string
	}{
		"the answer itself":  {"", nil, ""},
		"white space around": {" data ", []string{"data"}, ""},
		"names":              {"data.items.0", []string{"data", "items", "0"}, ""},
		"any letters":        {"@odata.naïve_ß-x", []string{"@odata", "naïve_ß-x"}, ""},
		"a dot first":        {".data", nil, CodeConfigInvalid},
		"a dot last":         {"data.", nil, CodeConfigInvalid},
		"a blank inside":     {"da ta", nil, CodeConfigInvalid},
		"a line":             {"a\nb", nil, CodeConfigInvalid},
		"nothing in a name":  {"a\x00b", nil, CodeConfigInvalid},
		"too deep":           {strings.Repeat("a.", 16) + "a", nil, CodeConfigInvalid},
		"too long":           {strings.Repeat("a", 501), nil, CodeConfigInvalid},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := ParseFieldPath(tt.raw)
			if ErrorCode(err) != tt.code || !slices.Equal(got.Names(), tt.names) {
				t.Errorf("%q, %v", got.Names(), err)
			}
		})
	}
}

// FuzzParseFieldPath: what is taken for a path has names, and is the same path when it is parsed again.
func FuzzParseFieldPath(f *testing.F) {
	for _, seed := range []string{"", "data.items", " a ", "..", "a.b.c", "ä.ß", "a\u00a0b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		path, err := ParseFieldPath(raw)
		if err != nil {
			return
		}
		if again, err := ParseFieldPath(string(path)); err != nil || again != path {
			t.Errorf("%q is %q at first and %q then (%v)", raw, path, again, err)
		}
		if slices.Contains(path.Names(), "") || strings.Join(path.Names(), ".") != string(path) {
			t.Errorf("%q has the names %q", path, path.Names())
		}
	})
}
