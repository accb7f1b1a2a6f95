package domain

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

// Stream says how one domain is read from a system: what is asked for, and an expression over each row for the key and every
// attribute.
type Stream struct {
	Domain DomainName
	// Query is the SELECT of an sql system.
	Query string
	// Request is what a rest system is asked.
	Request StreamRequest
	// Glob names the files of a file system's folder, such as "items_*.csv".
	Glob string
	Key  string
	// Language is the one that its texts are in; "" means English. An expression may give texts in several, as {"de": x, "pl": y}.
	Language string
	// Active is a boolean expression; "" means every row is active.
	Active string
	Fields map[AttributeID]string
}

// StreamRequest says how records are asked for over HTTP, and how it is known that all of them came.
type StreamRequest struct {
	// Path is appended to the system's base_url.
	Path       string
	Parameters map[string]string
	// Records is where the list stands in an answer; empty where the answer is the list.
	Records FieldPath
	// Total is where an answer says how many records there are; empty where it does not.
	Total FieldPath
	// More is where an answer says, by true or false, whether others follow; empty where it does not.
	More   FieldPath
	Paging Paging
}

// PagingKind says how the next page is asked for.
type PagingKind string

// The kinds of paging.
const (
	PagingNone   PagingKind = "none"
	PagingOffset PagingKind = "offset"
	PagingPage   PagingKind = "page"
	PagingCursor PagingKind = "cursor"
	PagingLink   PagingKind = "link"
)

// Paging says how a long list is asked for in parts.
type Paging struct {
	Kind PagingKind
	// Parameter carries the offset, the page's number or the cursor; a link brings its own.
	Parameter string
	// SizeParameter carries Size, the records wanted at once; both may be left out.
	SizeParameter string
	Size          int
	// First is the number of the first page.
	First int
	// Next is where an answer has the cursor or the link of the page that follows.
	Next FieldPath
	// MaxPages ends a reading that goes on and on; 0 means 10,000.
	MaxPages int
}

// FieldPath is where a value stands in a JSON answer: names with dots between them, such as "data.items". Empty is the answer
// itself.
type FieldPath string

// The longest path, in names and in bytes.
const (
	maxPathNames = 16
	maxPathBytes = 500
)

// Names are the path's names, outermost first.
func (p FieldPath) Names() []string {
	if p == "" {
		return nil
	}
	return strings.Split(string(p), ".")
}

// ParseFieldPath returns a path that can be followed; CodeConfigInvalid says what is wrong with another.
func ParseFieldPath(raw string) (FieldPath, error) {
	p := FieldPath(strings.TrimSpace(raw))
	names := p.Names()
	if len(names) > maxPathNames || len(p) > maxPathBytes {
		return "", Invalid(CodeConfigInvalid, "a path has at most %d names and %d bytes", maxPathNames, maxPathBytes)
	}
	for _, name := range names {
		if name == "" || name != clean(name) || strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
			return "", Invalid(CodeConfigInvalid, "%q is not a path such as data.items: names with dots between them", clip(string(p), 60))
		}
	}
	return p, nil
}

// maxPageSize is the most records that may be asked for at once.
const maxPageSize = 50_000

// Faults says all that is wrong with how a system of a kind is to be asked for the stream's rows. Locations begin below the
// stream: "/request/path". Expressions are not looked at.
func (s Stream) Faults(kind SystemKind) []FieldError {
	var f streamFaults
	f.check(s.Language == "" || IsLanguage(s.Language), "/language", "a language is named as in de or pt-BR, unlike %q", clip(s.Language, 20))
	if kind != SystemSQL {
		f.check(s.Query == "", "/query", "only a system of the kind sql has a query")
	}
	if kind != SystemREST {
		f.check(s.Request.empty(), "/request", "only a system of the kind rest has a request")
	}
	if kind != SystemFile {
		f.check(s.Glob == "", "/glob", "only a system of the kind file has a glob")
	}
	switch kind {
	case SystemREST:
		f.request(s.Request)
	case SystemFile:
		_, err := path.Match(s.Glob, "")
		f.check(s.Glob != "" && err == nil && !strings.ContainsAny(s.Glob, `/\`), "/glob",
			"the files of the system's folder are named by a pattern without a folder, such as items_*.csv")
	case SystemSQL, SystemOdoo:
	}
	return f
}

func (r StreamRequest) empty() bool {
	return r.Path == "" && len(r.Parameters) == 0 && r.Records == "" && r.Total == "" && r.More == "" && r.Paging == Paging{}
}

// streamFaults collects what is wrong.
type streamFaults []FieldError

func (f *streamFaults) check(sound bool, location, format string, args ...any) {
	if !sound {
		*f = append(*f, FieldError{Location: location, Msg: fmt.Sprintf(format, args...)})
	}
}

func (f *streamFaults) request(r StreamRequest) {
	f.check(soundPath(r.Path), "/request/path", "the path is appended to base_url: it begins with / and has neither .. nor ? nor #; parameters stand under parameters")
	for _, name := range slices.Sorted(maps.Keys(r.Parameters)) {
		lower := strings.ToLower(name)
		secret := slices.ContainsFunc([]string{"password", "secret", "token", "apikey", "api_key", "api-key"}, func(word string) bool { return strings.Contains(lower, word) })
		f.check(!secret, "/request/parameters", "%s would be a secret in the configuration; a key is sent in a header, by auth and token_ref", name)
		f.check(name != "" && name != r.Paging.Parameter && name != r.Paging.SizeParameter, "/request/parameters", "%q is set by the paging, or has no name", name)
	}
	for _, p := range []struct {
		location string
		path     FieldPath
	}{{"records", r.Records}, {"total", r.Total}, {"more", r.More}, {"paging/next", r.Paging.Next}} {
		_, err := ParseFieldPath(string(p.path))
		f.check(err == nil, "/request/"+p.location, "%v", err)
	}
	f.paging(r.Paging)
}

// soundPath keeps a request on its host and below its base.
func soundPath(p string) bool {
	return strings.HasPrefix(p, "/") && !strings.Contains(p, "//") && !strings.Contains(p, "..") && !strings.ContainsAny(p, "?#\\%") &&
		!strings.ContainsFunc(p, func(r rune) bool { return r <= ' ' || r == 0x7f })
}

func (f *streamFaults) paging(p Paging) {
	const at = "/request/paging"
	switch p.Kind {
	case "", PagingNone:
		f.check(p.Parameter == "" && p.Next == "" && p.First == 0, at, "without paging there is no parameter, first or next")
	case PagingOffset, PagingPage, PagingCursor, PagingLink:
		f.turning(at, p)
	default:
		f.check(false, at+"/kind", "paging is none, offset, page, cursor or link, unlike %q", p.Kind)
	}
	f.check(p.Size >= 0 && p.Size <= maxPageSize, at+"/size", "a page has at most %d records", maxPageSize)
	f.check((p.Size == 0) == (p.SizeParameter == ""), at+"/size", "size and size_parameter go together: the number of records and the parameter that carries it")
	f.check(p.Parameter == "" || p.Parameter != p.SizeParameter, at+"/size_parameter", "one parameter cannot carry both")
	f.check(p.First >= 0 && p.MaxPages >= 0 && p.MaxPages <= 1_000_000, at, "first and max_pages cannot be negative, and max_pages is at most 1,000,000")
}

// turning checks what turns the pages.
func (f *streamFaults) turning(at string, p Paging) {
	isLink := p.Kind == PagingLink
	f.check(p.Parameter != "" || isLink, at+"/parameter", "the parameter that carries the %s is missing", p.Kind)
	f.check(p.Parameter == "" || !isLink, at+"/parameter", "a link brings its own parameters")
	follows := isLink || p.Kind == PagingCursor
	f.check(follows == (p.Next != ""), at+"/next", "next says where the next cursor or link stands: paging by one of them needs it, no other has it")
	f.check(p.First == 0 || p.Kind == PagingPage, at+"/first", "only pages with numbers have a first one")
}
