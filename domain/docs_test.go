package domain

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the generated pages of docs")

// codeConstants returns the code constants of codes.go by name.
func codeConstants(t *testing.T) map[string]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	constants := map[string]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		for i, name := range spec.Names {
			literal, ok := spec.Values[i].(*ast.BasicLit)
			if !ok {
				t.Fatalf("%s is not a plain string", name.Name)
			}
			constants[name.Name], _ = strconv.Unquote(literal.Value)
		}
		return true
	})
	return constants
}

func TestEveryCodeIsDocumentedOnce(t *testing.T) {
	t.Parallel()
	documented := map[string]bool{}
	for _, doc := range CodeDocs() {
		if documented[doc.Code] {
			t.Errorf("%s is documented twice", doc.Code)
		}
		documented[doc.Code] = true
		if !strings.HasSuffix(doc.Meaning, ".") || strings.Contains(doc.Meaning, "\n") {
			t.Errorf("%s: %q is not a sentence", doc.Code, doc.Meaning)
		}
		if !slices.Contains(Kinds(), doc.Kind) {
			t.Errorf("%s has no kind", doc.Code)
		}
	}
	constants, form, used := codeConstants(t), regexp.MustCompile(`^[a-z_]+(\.[a-z_]+)?$`), map[string]string{}
	for name, code := range constants {
		if !documented[code] {
			t.Errorf("%s (%s) is not in CodeDocs", name, code)
		}
		delete(documented, code)
		if !form.MatchString(code) {
			t.Errorf("%s: %q is not written as codes are", name, code)
		}
		if used[code] != "" {
			t.Errorf("%s and %s are both %q", name, used[code], code)
		}
		used[code] = name
	}
	for code := range documented {
		t.Errorf("%s is documented but no constant of codes.go", code)
	}
	if len(constants) < 70 {
		t.Errorf("only %d constants were found", len(constants))
	}
}

func TestProblemsPageIsUpToDate(t *testing.T) {
	t.Parallel()
	var page bytes.Buffer
	page.WriteString(`# Problems

Every failure that Crosswalk tells of carries one of these codes. They are part of the API: a code is never renamed or reused.
The sentence beside a code in an answer says what happened in the case at hand; here stands what the code means.

This page is made from the code: ` + "`go test ./domain -update`" + `.

| Code | Kind | Meaning |
|---|---|---|
`)
	for _, doc := range CodeDocs() {
		fmt.Fprintf(&page, "| `%s` | %s | %s |\n", doc.Code, doc.Kind, doc.Meaning)
	}
	compareDoc(t, "problems.md", page.Bytes())
}

func TestEveryKindHasAName(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, kind := range Kinds() {
		if name := kind.String(); name == "" || names[name] {
			t.Errorf("kind %d is called %q", int(kind), name)
		}
		names[kind.String()] = true
	}
}

// compareDoc holds a page of docs to what is generated, or rewrites it with -update.
func compareDoc(t *testing.T, name string, want []byte) {
	t.Helper()
	path := filepath.Join("..", "docs", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("docs/%s is out of date: run go test ./domain -update", name)
	}
}
