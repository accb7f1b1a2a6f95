package api

import (
	"bytes"
	"cmp"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// docsTemplate renders the OpenAPI document for people; it needs nothing from outside.
const docsTemplate = `{{define "head"}}<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.}}</title><style>
:root { color-scheme: light dark } body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
code { font-family: ui-monospace, monospace; font-size: .92em } table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #8884 }
h2 { margin-top: 2.5rem } details { margin: .3rem 0 } summary { cursor: pointer } .m { display: inline-block; min-width: 4.2rem; font-weight: 600 }
</style></head><body><p><a href="/">Crosswalk</a> · <a href="/docs">API</a> · <a href="/docs/problems">Problems</a> · <a href="/openapi.json">openapi.json</a></p>{{end}}
{{define "fields"}}{{if .}}<table><tr><th>Name</th><th>Kind</th><th>Meaning</th></tr>{{range .}}<tr><td><code>{{.Name}}</code></td><td>{{.Kind}}</td><td>{{.Meaning}}</td></tr>{{end}}</table>{{end}}{{end}}
{{define "docs"}}{{template "head" "Crosswalk API"}}<h1>Crosswalk API</h1><p>{{.Description}}</p>
<p>Answers that are not successful are <a href="/docs/problems">problem documents</a>. Lists come as <code>{items, next}</code>: <code>after</code> takes <code>next</code>.
A POST may carry an <code>Idempotency-Key</code>: repeated, it gets the first answer.</p>
{{range .Groups}}<h2 id="{{.Name}}">{{.Name}}</h2>{{range .Operations}}<details id="{{.ID}}"><summary><span class="m">{{.Method}}</span> <code>{{.Path}}</code> {{.Summary}}</summary>
{{template "fields" .Parameters}}{{if .Takes}}<p>Takes <a href="#schema-{{.Takes}}"><code>{{.Takes}}</code></a></p>{{end}}{{if .Gives}}<p>Gives {{.Status}} <a href="#schema-{{.Gives}}"><code>{{.Gives}}</code></a></p>{{end}}</details>{{end}}{{end}}
<h2>Schemas</h2>{{range .Schemas}}<details id="schema-{{.Name}}"><summary><code>{{.Name}}</code></summary><p>{{.Description}}</p>{{template "fields" .Fields}}</details>{{end}}</body></html>{{end}}
{{define "problems"}}{{template "head" "Crosswalk problems"}}<h1>Problems</h1><p>Every answer that is not successful is an RFC 9457 document with one of these codes. A code never changes its meaning.</p>
<table><tr><th>Code</th><th>Status</th><th>Meaning</th></tr>{{range .}}<tr id="{{.Code}}"><td><code>{{.Code}}</code></td><td>{{.Status}}</td><td>{{.Meaning}}</td></tr>{{end}}</table></body></html>{{end}}`

type docsField struct{ Name, Kind, Meaning string }

type docsOperation struct {
	ID, Method, Path, Summary, Takes, Gives, Status string
	Parameters                                      []docsField
}

type docsGroup struct {
	Name       string
	Operations []docsOperation
}

type docsSchema struct {
	Name, Description string
	Fields            []docsField
}

type docsPage struct {
	Description string
	Groups      []docsGroup
	Schemas     []docsSchema
}

type docsProblem struct {
	Code, Meaning string
	Status        int
}

// registerDocs renders the pages once; they do not change while the process lives.
func (a *API) registerDocs() error {
	document, err := a.Document()
	if err != nil {
		return err
	}
	templates, err := template.New("").Parse(docsTemplate)
	if err != nil {
		return fmt.Errorf("read the templates of the documentation: %w", err)
	}
	a.engine.GET("/openapi.json", func(c *gin.Context) { c.Data(http.StatusOK, "application/openapi+json", document) })
	for path, page := range map[string]struct {
		template string
		content  any
	}{
		"/docs":          {"docs", docsOf(a.huma.OpenAPI())},
		"/docs/problems": {"problems", problemDocs()},
	} {
		var out bytes.Buffer
		if err := templates.ExecuteTemplate(&out, page.template, page.content); err != nil {
			return fmt.Errorf("render %s: %w", path, err)
		}
		a.engine.GET(path, func(c *gin.Context) { c.Data(http.StatusOK, "text/html; charset=utf-8", out.Bytes()) })
	}
	return nil
}

func problemDocs() []docsProblem {
	return each(domain.CodeDocs(), func(d domain.CodeDoc) docsProblem {
		return docsProblem{Code: d.Code, Status: statusOf(d.Kind, d.Code), Meaning: d.Meaning}
	})
}

func docsOf(document *huma.OpenAPI) docsPage {
	page := docsPage{Description: document.Info.Description}
	groups := map[string][]docsOperation{}
	for path, item := range document.Paths {
		for method, op := range operationsOf(item) {
			groups[op.Tags[0]] = append(groups[op.Tags[0]], docsOperationOf(method, path, op))
		}
	}
	for name, operations := range groups {
		slices.SortFunc(operations, func(x, y docsOperation) int {
			return cmp.Or(cmp.Compare(x.Path, y.Path), cmp.Compare(x.Method, y.Method))
		})
		page.Groups = append(page.Groups, docsGroup{Name: name, Operations: operations})
	}
	slices.SortFunc(page.Groups, func(x, y docsGroup) int { return cmp.Compare(x.Name, y.Name) })
	for name, schema := range document.Components.Schemas.Map() {
		page.Schemas = append(page.Schemas, docsSchema{Name: name, Description: schema.Description, Fields: docsFieldsOf(schema)})
	}
	slices.SortFunc(page.Schemas, func(x, y docsSchema) int { return cmp.Compare(x.Name, y.Name) })
	return page
}

// operationsOf returns a path's operations by method.
func operationsOf(item *huma.PathItem) map[string]*huma.Operation {
	operations := map[string]*huma.Operation{}
	for method, op := range map[string]*huma.Operation{
		http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodPut: item.Put, http.MethodPatch: item.Patch, http.MethodDelete: item.Delete,
	} {
		if op != nil {
			operations[method] = op
		}
	}
	return operations
}

func docsOperationOf(method, path string, op *huma.Operation) docsOperation {
	out := docsOperation{ID: op.OperationID, Method: method, Path: path, Summary: op.Summary}
	for _, p := range op.Parameters {
		meaning := p.Description
		if p.Required {
			meaning = strings.TrimSpace("required. " + meaning)
		}
		out.Parameters = append(out.Parameters, docsField{Name: p.Name, Kind: p.In + ": " + kindOf(p.Schema), Meaning: meaning})
	}
	if op.RequestBody != nil {
		out.Takes = contentName(op.RequestBody.Content)
	}
	for status, response := range op.Responses {
		if status != "default" {
			out.Status, out.Gives = status, contentName(response.Content)
		}
	}
	return out
}

func contentName(content map[string]*huma.MediaType) string {
	for kind, media := range content {
		if media.Schema == nil || media.Schema.Ref == "" {
			return kind
		}
		return schemaName(media.Schema.Ref)
	}
	return ""
}

func schemaName(ref string) string { return ref[strings.LastIndexByte(ref, '/')+1:] }

func docsFieldsOf(schema *huma.Schema) []docsField {
	var fields []docsField
	for name, property := range schema.Properties {
		meaning := property.Description
		if slices.Contains(schema.Required, name) {
			meaning = strings.TrimSpace("always there. " + meaning)
		}
		fields = append(fields, docsField{Name: name, Kind: kindOf(property), Meaning: meaning})
	}
	slices.SortFunc(fields, func(x, y docsField) int { return cmp.Compare(x.Name, y.Name) })
	return fields
}

func kindOf(schema *huma.Schema) string {
	switch {
	case schema == nil:
		return ""
	case schema.Ref != "":
		return schemaName(schema.Ref)
	case schema.Type == huma.TypeArray:
		return "list of " + kindOf(schema.Items)
	case len(schema.Enum) > 0:
		return strings.Trim(strings.ReplaceAll(fmt.Sprint(schema.Enum), " ", ", "), "[]")
	default:
		return schema.Type
	}
}
