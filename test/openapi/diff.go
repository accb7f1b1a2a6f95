// Package openapi tells what of an API's new description would break those who were written against an older one. It knows
// OpenAPI 3.1 as far as ours goes: what it does not know it leaves alone.
package openapi

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Breaks lists, in one sentence each and in a stable order, what a caller of the old description would miss in the new one.
// What is only added is no break: callers pass over fields and values they do not know.
func Breaks(older, newer []byte) ([]string, error) {
	d := &differ{seen: map[string]bool{}}
	for _, side := range []struct {
		text []byte
		into *object
	}{{older, &d.older}, {newer, &d.newer}} {
		if err := json.Unmarshal(side.text, side.into); err != nil {
			return nil, fmt.Errorf("read the description: %w", err)
		}
	}
	d.paths()
	slices.Sort(d.breaks)
	return slices.Compact(d.breaks), nil
}

type object = map[string]any

// differ walks two descriptions side by side.
type differ struct {
	older, newer object
	breaks       []string
	// seen are the pairs of named schemas that have been compared, so that a schema which contains itself comes to an end.
	seen map[string]bool
}

// direction is who sends a value: it says which side may become narrower.
type direction string

const (
	request  direction = "request"
	response direction = "response"
)

func (d *differ) broken(format string, args ...any) {
	d.breaks = append(d.breaks, fmt.Sprintf(format, args...))
}

func child(of object, key string) object {
	found, _ := of[key].(object)
	return found
}

func keys(of object) []string { return slices.Sorted(maps.Keys(of)) }

// methods are the members of a path that are operations.
func methods() []string {
	return []string{"get", "put", "post", "delete", "options", "head", "patch", "trace"}
}

func (d *differ) paths() {
	for _, path := range keys(child(d.older, "paths")) {
		older, newer := child(child(d.older, "paths"), path), child(child(d.newer, "paths"), path)
		for _, method := range keys(older) {
			if !slices.Contains(methods(), method) {
				continue
			}
			at := strings.ToUpper(method) + " " + path
			if child(newer, method) == nil {
				d.broken("%s is gone", at)
				continue
			}
			d.operation(at, child(older, method), child(newer, method))
		}
	}
}

func (d *differ) operation(at string, older, newer object) {
	d.parameters(at, older, newer)
	d.requestBody(at, child(older, "requestBody"), child(newer, "requestBody"))
	olderAnswers, newerAnswers := child(older, "responses"), child(newer, "responses")
	for _, status := range keys(olderAnswers) {
		if child(newerAnswers, status) == nil {
			d.broken("%s no longer answers %s", at, status)
			continue
		}
		d.content(at+" answer", response, child(child(olderAnswers, status), "content"), child(child(newerAnswers, status), "content"))
	}
}

// parameters compares what stands in the path, the query and the headers.
func (d *differ) parameters(at string, older, newer object) {
	before, after := parametersOf(older), parametersOf(newer)
	for _, name := range keys(before) {
		was, is := child(before, name), child(after, name)
		if is == nil {
			d.broken("%s no longer takes the parameter %s", at, name)
			continue
		}
		if is["required"] == true && was["required"] != true {
			d.broken("%s now needs the parameter %s", at, name)
		}
		d.schema(at+" parameter "+name, request, child(was, "schema"), child(is, "schema"))
	}
	for _, name := range keys(after) {
		if child(before, name) == nil && child(after, name)["required"] == true {
			d.broken("%s now needs the parameter %s", at, name)
		}
	}
}

func parametersOf(operation object) object {
	byName := object{}
	list, _ := operation["parameters"].([]any)
	for _, entry := range list {
		if parameter, ok := entry.(object); ok {
			byName[fmt.Sprintf("%v %v", parameter["in"], parameter["name"])] = parameter
		}
	}
	return byName
}

func (d *differ) requestBody(at string, older, newer object) {
	if newer["required"] == true && older["required"] != true {
		d.broken("%s now needs a body", at)
	}
	if older == nil {
		return
	}
	d.content(at+" body", request, child(older, "content"), child(newer, "content"))
}

func (d *differ) content(at string, way direction, older, newer object) {
	for _, kind := range keys(older) {
		if child(newer, kind) == nil {
			d.broken("%s is no longer %s", at, kind)
			continue
		}
		d.schema(at, way, child(child(older, kind), "schema"), child(child(newer, kind), "schema"))
	}
}
