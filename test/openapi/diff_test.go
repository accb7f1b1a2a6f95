package openapi_test

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/test/openapi"
)

const older = `{"paths": {"/things": {
  "summary": "not an operation",
  "get": {
    "parameters": [{"in": "query", "name": "text", "schema": {"type": "string", "maxLength": 20}}],
    "responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}}},
  "post": {
    "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewThing"}}}},
    "responses": {"201": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}}}}},
 "components": {"schemas": {
  "Thing": {"type": "object", "required": ["id", "parts"], "properties": {"id": {"type": "string"},
    "state": {"type": "string", "enum": ["on", "off"]}, "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}}}},
  "NewThing": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"},
    "tags": {"type": "object", "additionalProperties": {"type": "string"}}, "mode": {"type": "string", "enum": ["a", "b"]}}}}}}`

func TestWhatBreaksCallers(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		was, is string // a replacement in the description
		want    string // a part of the one break; "" for none
	}{
		"nothing changed":             {`"text"`, `"text"`, ""},
		"a path is renamed":           {`"/things"`, `"/items"`, "GET /things is gone"},
		"a method is gone":            {`"post": {`, `"patch": {`, "POST /things is gone"},
		"another answer":              {`"201"`, `"200"`, "no longer answers 201"},
		"another media type":          {`"200": {"content": {"application/json"`, `"200": {"content": {"text/csv"`, "is no longer application/json"},
		"a parameter is gone":         {`"name": "text"`, `"name": "q"`, "no longer takes the parameter query text"},
		"a parameter is needed":       {`"name": "text"`, `"name": "text", "required": true`, "now needs the parameter query text"},
		"a new parameter is needed":   {`"parameters": [`, `"parameters": [{"in": "query", "name": "new", "required": true}, `, "now needs the parameter query new"},
		"a new parameter":             {`"parameters": [`, `"parameters": [{"in": "query", "name": "new"}, `, ""},
		"a shorter parameter":         {`"maxLength": 20`, `"maxLength": 19`, "narrower maxLength"},
		"a longer parameter":          {`"maxLength": 20`, `"maxLength": 21`, ""},
		"an unbounded parameter":      {`, "maxLength": 20`, ``, ""},
		"a parameter with a pattern":  {`"maxLength": 20`, `"maxLength": 20, "pattern": "a+"`, "another pattern"},
		"a lower bound":               {`"maxLength": 20`, `"maxLength": 20, "minLength": 2`, "narrower minLength"},
		"a field given is gone":       {`"id": {"type": "string"},`, ``, "Thing (response) has no field id"},
		"a field given is new":        {`"id": {"type": "string"},`, `"id": {"type": "string"}, "name": {"type": "string"},`, ""},
		"a field may be left out":     {`["id", "parts"]`, `["parts"]`, "need not have the field id"},
		"a field given may be null":   {`"id": {"type": "string"}`, `"id": {"type": ["string", "null"]}`, "was string and is string or null"},
		"a field given changes kind":  {`"id": {"type": "string"}`, `"id": {"type": "integer"}`, "was string and is integer"},
		"a field given is anything":   {`"id": {"type": "string"}`, `"id": {}`, "was string and is anything"},
		"a state is gone":             {`["on", "off"]`, `["on"]`, "no longer knows the value off"},
		"a state is new":              {`["on", "off"]`, `["on", "off", "broken"]`, ""},
		"a field is needed":           {`"required": ["name"]`, `"required": ["name", "mode"]`, "now needs the field mode"},
		"a new field is needed":       {`"required": ["name"], "properties": {`, `"required": ["name", "x"], "properties": {"x": {"type": "string"}, `, "now needs the field x"},
		"a field is no longer needed": {`"required": ["name"]`, `"required": []`, ""},
		"a field taken may be null":   {`"name": {"type": "string"}`, `"name": {"type": ["string", "null"]}`, ""},
		"a field taken changes kind":  {`"name": {"type": "string"}`, `"name": {"type": "integer"}`, "was string and is integer"},
		"a field taken is gone":       {`"mode": {"type": "string", "enum": ["a", "b"]}`, `"other": {"type": "string"}`, "NewThing (request) has no field mode"},
		"a value taken is gone":       {`["a", "b"]`, `["a"]`, "no longer knows the value b"},
		"values become certain ones":  {`"name": {"type": "string"}`, `"name": {"type": "string", "enum": ["x"]}`, "certain values only"},
		"values of a map change kind": {`"additionalProperties": {"type": "string"}`, `"additionalProperties": {"type": "number"}`, "tags{} was string and is number"},
		"items change kind":           {`"items": {"$ref": "#/components/schemas/Thing"}`, `"items": {"type": "string"}`, "Thing (response) was object and is string"},
		"a schema is renamed":         {`NewThing`, `FreshThing`, ""},
		"a body was not needed":       {`"get": {`, `"get": {"requestBody": {"required": true},`, "now needs a body"},
	}
	for phrase, test := range tests {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			if !strings.Contains(older, test.was) {
				t.Fatalf("%s is not in the description", test.was)
			}
			breaks, err := openapi.Breaks([]byte(older), []byte(strings.ReplaceAll(older, test.was, test.is)))
			switch {
			case err != nil:
				t.Error(err)
			case test.want == "" && len(breaks) > 0:
				t.Errorf("breaks %q", breaks)
			case test.want != "" && !slices.ContainsFunc(breaks, func(b string) bool { return strings.Contains(b, test.want) }):
				t.Errorf("breaks %q, want one with %q", breaks, test.want)
			}
		})
	}
	if _, err := openapi.Breaks([]byte(older), []byte("{")); err == nil {
		t.Error("half a description was taken")
	}
}

const root = "../../"

// baseline is the description of the last release, or, before there is one, the committed baseline.
func baseline(t *testing.T) ([]byte, string) {
	t.Helper()
	tag, err := exec.CommandContext(t.Context(), "git", "-C", root, "describe", "--tags", "--abbrev=0", "--match", "v[0-9]*").Output()
	if err == nil {
		name := strings.TrimSpace(string(tag))
		text, err := exec.CommandContext(t.Context(), "git", "-C", root, "show", name+":openapi.json").Output() // #nosec G204 -- the name is git's own
		if err != nil {
			t.Fatalf("the release %s has no openapi.json: %v", name, err)
		}
		return text, name
	}
	text, err := os.ReadFile(root + "docs/openapi-baseline.json")
	if err != nil {
		t.Fatal(err)
	}
	return text, "docs/openapi-baseline.json"
}

// TestTheAPIOnlyGrows holds the description to that of the last release.
func TestTheAPIOnlyGrows(t *testing.T) {
	t.Parallel()
	before, where := baseline(t)
	now, err := os.ReadFile(root + "openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	breaks, err := openapi.Breaks(before, now)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range breaks {
		t.Errorf("against %s: %s", where, one)
	}
	if len(breaks) > 0 {
		t.Log("within /api/v1 the API only grows; CONTRIBUTING.md says when the baseline moves")
	}
}
