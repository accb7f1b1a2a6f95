package api

import (
	"strconv"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// PageInput asks for one page of a list.
type PageInput struct {
	After string `query:"after" maxLength:"500" doc:"next of the page before; empty for the first"`
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

func (p PageInput) page() domain.Page { return domain.Page{After: p.After, Limit: p.Limit} }

// WindowInput asks for a window of something that stays as it is.
type WindowInput struct {
	Offset int `query:"offset" minimum:"0" maximum:"10000000" default:"0"`
	Limit  int `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// List is one page. Next is what `after` takes to get the following one; empty at the end.
type List[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next"`
}

func listOf[F, T any](from []F, next string, convert func(F) T) *body[List[T]] {
	return bodyOf(List[T]{Items: each(from, convert), Next: next})
}

// each converts every member; the result is never nil.
func each[F, T any](from []F, convert func(F) T) []T {
	out := make([]T, len(from))
	for i, member := range from {
		out[i] = convert(member)
	}
	return out
}

// texts are strings of any kind as plain ones; never nil.
func texts[S ~string](from []S) []string {
	return each(from, func(member S) string { return string(member) })
}

// named strings of any kind from plain ones.
func namesOf[S ~string](from []string) []S {
	return each(from, func(member string) S { return S(member) })
}

// IDInput is an operation on one thing.
type IDInput struct {
	ID string `path:"id" maxLength:"100"`
}

// etagOf is the entity tag of a version.
func etagOf(version int) string { return `"` + strconv.Itoa(version) + `"` }

// parseETag reads a version from If-Match; anything else is CodeBodyInvalid.
func parseETag(raw string) (int, error) {
	version, err := strconv.Atoi(strings.Trim(strings.TrimSpace(raw), `"`))
	if err != nil || version < 1 {
		return 0, domain.Invalid(domain.CodeBodyInvalid, "If-Match holds the version that was looked at, such as \"3\"")
	}
	return version, nil
}

// tagged is an answer with the version it shows.
type tagged[T any] struct {
	ETag string `header:"ETag"`
	Body T
}

// tagOf groups operations by the first part of their path.
func tagOf(path string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return first
}
