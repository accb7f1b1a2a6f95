package openapi

import (
	"fmt"
	"slices"
	"strings"
)

// resolve follows a reference into the description's schemas and returns the name it went by.
func resolve(document, schema object) (object, string) {
	name := ""
	for {
		reference, ok := schema["$ref"].(string)
		if !ok {
			return schema, name
		}
		name = strings.TrimPrefix(reference, "#/components/schemas/")
		schema = child(child(child(document, "components"), "schemas"), name)
	}
}

func (d *differ) schema(at string, way direction, older, newer object) {
	older, olderName := resolve(d.older, older)
	newer, newerName := resolve(d.newer, newer)
	if older == nil {
		return
	}
	if newer == nil {
		d.broken("%s says no longer what it is", at)
		return
	}
	if olderName != "" {
		pair := fmt.Sprint(way, olderName, newerName)
		if d.seen[pair] {
			return
		}
		d.seen[pair] = true
		at = fmt.Sprintf("%s (%s)", olderName, way)
	}
	d.types(at, way, older, newer)
	d.members(at, older, newer)
	if way == request {
		d.bounds(at, older, newer)
	}
	d.properties(at, way, older, newer)
	if items := child(older, "items"); items != nil {
		d.schema(at+"[]", way, items, child(newer, "items"))
	}
	if values := child(older, "additionalProperties"); values != nil {
		d.schema(at+"{}", way, values, child(newer, "additionalProperties"))
	}
}

func typesOf(schema object) []string {
	switch kinds := schema["type"].(type) {
	case string:
		return []string{kinds}
	case []any:
		return texts(kinds)
	default:
		return nil
	}
}

func texts(values []any) []string {
	out := make([]string, len(values))
	for i, value := range values {
		out[i] = fmt.Sprint(value)
	}
	return out
}

// types may grow in what is taken and shrink in what is given.
func (d *differ) types(at string, way direction, older, newer object) {
	was, is := typesOf(older), typesOf(newer)
	if way == response {
		was, is = is, was
	}
	if len(is) > 0 && (len(was) == 0 || missing(was, is) != "") {
		d.broken("%s was %s and is %s", at, kinds(older), kinds(newer))
	}
}

func kinds(schema object) string {
	if found := typesOf(schema); len(found) > 0 {
		return strings.Join(found, " or ")
	}
	return "anything"
}

// missing is the first of wanted that is not in have, "" when all are.
func missing(wanted, have []string) string {
	for _, one := range wanted {
		if !slices.Contains(have, one) {
			return one
		}
	}
	return ""
}

// members compares an enum: a value that goes is missed by those who send it and by those who wait for it.
func (d *differ) members(at string, older, newer object) {
	was, had := older["enum"].([]any)
	is, has := newer["enum"].([]any)
	if !has {
		return
	}
	if !had {
		d.broken("%s now takes or gives certain values only", at)
		return
	}
	if gone := missing(texts(was), texts(is)); gone != "" {
		d.broken("%s no longer knows the value %s", at, gone)
	}
}

// bounds may only widen in what is taken.
func (d *differ) bounds(at string, older, newer object) {
	for name, grows := range map[string]bool{
		"maxLength": true, "maximum": true, "maxItems": true, "minLength": false, "minimum": false, "minItems": false,
	} {
		is, has := newer[name].(float64)
		was, had := older[name].(float64)
		if has && (!had || (grows && is < was) || (!grows && is > was)) && (grows || is > 0) {
			d.broken("%s has a narrower %s", at, name)
		}
	}
	if pattern, has := newer["pattern"]; has && pattern != older["pattern"] {
		d.broken("%s has another pattern", at)
	}
}

func required(schema object) []string {
	list, _ := schema["required"].([]any)
	return texts(list)
}

func (d *differ) properties(at string, way direction, older, newer object) {
	before, after := child(older, "properties"), child(newer, "properties")
	for _, name := range keys(before) {
		if child(after, name) == nil {
			d.broken("%s has no field %s any more", at, name)
			continue
		}
		d.schema(at+"."+name, way, child(before, name), child(after, name))
	}
	was, is := required(older), required(newer)
	if way == response {
		if gone := missing(was, is); gone != "" && child(after, gone) != nil {
			d.broken("%s need not have the field %s any more", at, gone)
		}
		return
	}
	if added := missing(is, was); added != "" {
		d.broken("%s now needs the field %s", at, added)
	}
}
