// Package crosswalk_test holds the module to its own plan: which package may know which, and how large a file or function
// may grow. The plan is drawn in docs/architecture.md; a change to a table below is a change to the architecture.
package crosswalk_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// module is the path all our packages begin with.
const module = "github.com/crosswalk-mdm/crosswalk"

// What production code may measure, in lines.
const (
	maxFileLines     = 600
	maxFunctionLines = 80
)

// room is a folder whose packages belong together. A package may import its own room and rooms of an earlier step.
type room struct {
	path     string
	step     int
	alsoTo   []string // rooms of the same step that may import this one
	onlyTo   []string // where set, the only rooms that may import this one
	children bool     // every folder inside is a room of its own
}

var rooms = []room{
	{path: "migrations", step: 0, onlyTo: []string{"server/store"}},
	{path: "web", step: 0, onlyTo: []string{"server/api", "server/app"}},
	{path: "fixtures", step: 0, onlyTo: []string{"server/demo", "server/bench", "test"}},
	{path: "domain", step: 1},
	{path: "matching", step: 2},
	{path: "reconcile", step: 2},
	{path: "domain/catalog", step: 3, alsoTo: []string{"domain/intake"}},
	{path: "domain/crosswalk", step: 3, alsoTo: []string{"domain/intake"}},
	{path: "domain/match", step: 3, alsoTo: []string{"domain/crosswalk", "domain/catalog"}},
	{path: "domain/intake", step: 3},
	{path: "domain/steward", step: 3, alsoTo: []string{"domain/catalog", "domain/crosswalk", "domain/match", "domain/intake"}},
	{path: "server/store", step: 4, onlyTo: []string{"server/app", "test"}},
	{path: "server/access", step: 4},
	{path: "server/workbook", step: 4},
	{path: "server/config", step: 4},
	{path: "server/telemetry", step: 4},
	// What connectors share, so that none needs another: expressions over a row mean the same in all of them.
	{path: "server/connect/rows", step: 4, onlyTo: []string{"server/connect/file", "server/connect/rest", "server/connect/sql"}},
	{path: "server/connect", step: 5, children: true},
	{path: "server/follow", step: 5},
	{path: "server/events", step: 5},
	{path: "server/jobs", step: 5},
	{path: "server/api", step: 6},
	{path: "server/app", step: 7},
	{path: "server/demo", step: 8},
	{path: "server/bench", step: 8},
	{path: "server/cmd", step: 9},
	{path: "test", step: 10},
}

// pure are the rooms of rules: they know neither protocol nor database nor clock.
var pure = []string{"domain", "domain/catalog", "domain/crosswalk", "domain/intake", "domain/match", "domain/steward", "matching", "reconcile"}

// ban keeps packages that are not ours out of rooms.
type ban struct {
	imports []string // import paths; one ending in a slash means all below it
	in      []string // the rooms it holds for; none means all but those of except
	except  []string
	deep    bool // what the room's imports import counts as well
}

var bans = []ban{
	{imports: []string{"net/http", "net/http/", "database/sql", "gorm.io/", "github.com/gin-gonic/"}, in: pure, deep: true},
	{imports: []string{"encoding/json"}, in: []string{"domain/catalog", "domain/crosswalk", "domain/steward"}}, // domain itself reads its canonical encoding with it
	{imports: []string{"gorm.io/"}, except: []string{"server/store"}},
	{imports: []string{"github.com/casbin/"}, except: []string{"server/access"}},
	{imports: []string{"github.com/xuri/excelize/"}, except: []string{"server/workbook", "fixtures"}},
	{imports: []string{"github.com/gin-gonic/"}, except: []string{"server/api", "server/app"}},
	{imports: []string{"github.com/antzucaro/matchr"}, except: []string{"matching"}},
}

// call keeps a function of the standard library out of rooms.
type call struct {
	pkg     string
	names   []string
	in      []string
	except  []string
	instead string
}

var calls = []call{
	{
		pkg: "os", names: []string{"Getenv", "LookupEnv", "Environ"},
		except: []string{"server/config", "server/cmd"}, instead: "server/config reads the environment",
	},
	{
		pkg: "time", names: []string{"Now", "Since", "Until"},
		in: pure, instead: "the time is handed in",
	},
}

// listed is what `go list` tells of one package.
type listed struct {
	ImportPath, Dir                   string
	Imports, Deps                     []string
	GoFiles, CgoFiles, IgnoredGoFiles []string
}

// TestModule finds every import of ours that the plan forbids, and what it forbids inside production files: calls, sizes and
// missing comments.
func TestModule(t *testing.T) {
	t.Parallel()
	packages := list(t)
	t.Run("imports", func(t *testing.T) {
		t.Parallel()
		for _, fault := range importFaults(packages) {
			t.Error(fault)
		}
	})
	t.Run("sources", func(t *testing.T) {
		t.Parallel()
		for _, p := range packages {
			if forTests(p.ImportPath) {
				continue
			}
			for _, fault := range sourceFaults(relative(p.ImportPath), read(t, p)) {
				t.Error(fault)
			}
		}
	})
}

// list asks Go for the packages of this module, but for what npm brings along below web.
func list(t *testing.T) []listed {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Dir,Imports,Deps,GoFiles,CgoFiles,IgnoredGoFiles", "./...")
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("go list: %v\n%s", err, &stderr)
	}
	var packages []listed
	for decoder := json.NewDecoder(&stdout); ; {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatalf("go list: %v", err)
		}
		production := len(p.GoFiles)+len(p.CgoFiles) > 0
		if production && !strings.HasPrefix(relative(p.ImportPath), "web/") {
			packages = append(packages, p)
		}
	}
}

// read returns a package's production files by path, those for other systems and with build tags included.
func read(t *testing.T, p listed) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	for _, name := range slices.Concat(p.GoFiles, p.CgoFiles, p.IgnoredGoFiles) {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := os.ReadFile(filepath.Join(p.Dir, name))
		if err != nil {
			t.Fatal(err)
		}
		files[relative(p.ImportPath)+"/"+name] = source
	}
	return files
}

// relative returns an import path of ours without the module's.
func relative(path string) string { return strings.TrimPrefix(strings.TrimPrefix(path, module), "/") }

// ours tells whether an import path belongs to this module.
func ours(path string) bool { return path == module || strings.HasPrefix(path, module+"/") }

// forTests tells whether a package only serves tests, though Go builds it like any other.
func forTests(path string) bool {
	return within(relative(path), "test") || within(relative(path), "server/store/storetest")
}

// within tells whether a path is a folder or lies in it.
func within(path, folder string) bool { return path == folder || strings.HasPrefix(path, folder+"/") }

// roomOf returns the room of a package, the innermost where one lies in another.
func roomOf(path string) (room, bool) {
	path = relative(path)
	var found room
	for _, r := range rooms {
		if within(path, r.path) && len(r.path) > len(found.path) {
			found = r
		}
	}
	if found.children && path != found.path {
		child, _, _ := strings.Cut(strings.TrimPrefix(path, found.path+"/"), "/")
		found.path += "/" + child
	}
	return found, found.path != ""
}

// importFaults returns what is wrong with the imports of the given packages, in order.
func importFaults(packages []listed) []string {
	var faults []string
	for _, p := range packages {
		from, known := roomOf(p.ImportPath)
		if !known {
			faults = append(faults, fmt.Sprintf("%s: belongs to no room; add it to the table in arch_test.go and to docs/architecture.md", relative(p.ImportPath)))
			continue
		}
		for _, path := range p.Imports {
			if reason := forbiddenEdge(from, path); reason != "" {
				faults = append(faults, fmt.Sprintf("%s: imports %s: %s", relative(p.ImportPath), relative(path), reason))
			}
		}
		faults = append(faults, bannedImports(from, p)...)
	}
	slices.Sort(faults)
	return faults
}

// forbiddenEdge says why a room may not import a package of ours, or nothing.
func forbiddenEdge(from room, path string) string {
	to, known := roomOf(path)
	switch {
	case !ours(path) || !known || from.path == to.path:
		return ""
	case to.onlyTo != nil && !slices.Contains(to.onlyTo, from.path):
		return "only " + strings.Join(to.onlyTo, " and ") + " may"
	case from.step == to.step && !slices.Contains(to.alsoTo, from.path):
		return fmt.Sprintf("both are of step %d", from.step)
	case from.step < to.step:
		return fmt.Sprintf("step %d may not know step %d", from.step, to.step)
	}
	return ""
}

// bannedImports returns what a package imports though its room may not.
func bannedImports(from room, p listed) []string {
	var faults []string
	for _, b := range bans {
		if !holds(b.in, b.except, from.path) {
			continue
		}
		paths := slices.Clone(p.Imports)
		if b.deep {
			paths = append(paths, p.Deps...)
		}
		slices.Sort(paths)
		for _, path := range slices.Compact(paths) {
			if b.covers(path) {
				verb := "depends on"
				if slices.Contains(p.Imports, path) {
					verb = "imports"
				}
				faults = append(faults, fmt.Sprintf("%s: %s %s: forbidden here", relative(p.ImportPath), verb, path))
			}
		}
	}
	return faults
}

// covers tells whether the ban is about an import path.
func (b ban) covers(path string) bool {
	return slices.ContainsFunc(b.imports, func(banned string) bool {
		return path == banned || strings.HasSuffix(banned, "/") && strings.HasPrefix(path, banned)
	})
}

// holds tells whether a rule for the rooms in, or for all but except, is about a room.
func holds(in, except []string, path string) bool {
	if in != nil {
		return slices.Contains(in, path)
	}
	return !slices.Contains(except, path)
}

// sourceFaults returns what is wrong with the files of one package, given by path.
func sourceFaults(pkg string, files map[string][]byte) []string {
	var faults []string
	documented := false
	from, _ := roomOf(module + "/" + pkg)
	for path, source := range files {
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, source, parser.ParseComments)
		if err != nil {
			faults = append(faults, err.Error())
			continue
		}
		documented = documented || file.Doc != nil
		if ast.IsGenerated(file) {
			continue
		}
		s := scan{set: set, file: file, path: path}
		s.size(bytes.Count(source, []byte("\n")))
		s.calls(from.path)
		s.comments()
		faults = append(faults, s.faults...)
	}
	if !documented {
		faults = append(faults, pkg+": the package has no comment that says what it is for")
	}
	slices.Sort(faults)
	return faults
}

// scan collects the faults of one file.
type scan struct {
	set    *token.FileSet
	file   *ast.File
	path   string
	faults []string
}

func (s *scan) fault(at token.Pos, format string, args ...any) {
	s.faults = append(s.faults, fmt.Sprintf("%s:%d: ", s.path, s.set.Position(at).Line)+fmt.Sprintf(format, args...))
}

// size finds what is too long to be read at once.
func (s *scan) size(lines int) {
	if lines > maxFileLines {
		s.fault(s.file.Package, "the file has %d lines, more than %d", lines, maxFileLines)
	}
	for _, decl := range s.file.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		if !ok {
			continue
		}
		if n := s.set.Position(fn.End()).Line - s.set.Position(fn.Pos()).Line + 1; n > maxFunctionLines {
			s.fault(fn.Pos(), "%s has %d lines, more than %d", fn.Name.Name, n, maxFunctionLines)
		}
	}
}

// calls finds uses of functions that the room must do without, under whatever name their package is imported.
func (s *scan) calls(from string) {
	names := map[string]string{}
	for _, spec := range s.file.Imports {
		path, _ := strconv.Unquote(spec.Path.Value)
		name := path
		if spec.Name != nil {
			name = spec.Name.Name
		}
		names[name] = path
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if pkg, ok := selector.X.(*ast.Ident); ok {
			for _, c := range calls {
				if names[pkg.Name] == c.pkg && slices.Contains(c.names, selector.Sel.Name) && holds(c.in, c.except, from) {
					s.fault(selector.Pos(), "uses %s.%s: %s", c.pkg, selector.Sel.Name, c.instead)
				}
			}
		}
		return true
	})
}

// comments finds exported names without a comment.
func (s *scan) comments() {
	for _, decl := range s.file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if d.Name.IsExported() && receiverIsExported(d) && d.Doc == nil {
				s.fault(d.Pos(), "%s has no comment", d.Name.Name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				s.specComment(d, spec)
			}
		}
	}
}

// specComment holds a type, constant or variable to its comment; constants and variables may share their group's.
func (s *scan) specComment(group *ast.GenDecl, spec ast.Spec) {
	switch d := spec.(type) {
	case *ast.TypeSpec:
		if !d.Name.IsExported() {
			return
		}
		if cmp.Or(d.Doc, d.Comment) == nil && (group.Doc == nil || group.Lparen.IsValid()) {
			s.fault(d.Pos(), "%s has no comment", d.Name.Name)
		}
		s.methodComments(d)
	case *ast.ValueSpec:
		for _, name := range d.Names {
			if name.IsExported() && cmp.Or(group.Doc, d.Doc, d.Comment) == nil {
				s.fault(name.Pos(), "%s has no comment", name.Name)
			}
		}
	}
}

// methodComments holds an interface to its promise: each method says what it does and how it fails.
func (s *scan) methodComments(d *ast.TypeSpec) {
	promised, ok := d.Type.(*ast.InterfaceType)
	if !ok {
		return
	}
	for _, method := range promised.Methods.List {
		for _, name := range method.Names {
			if name.IsExported() && cmp.Or(method.Doc, method.Comment) == nil {
				s.fault(name.Pos(), "%s.%s has no comment", d.Name.Name, name.Name)
			}
		}
	}
}

// receiverIsExported tells whether a function is one that other packages see, if its name is.
func receiverIsExported(fn *ast.FuncDecl) bool {
	if fn.Recv == nil {
		return true
	}
	typ := fn.Recv.List[0].Type
	for {
		switch t := typ.(type) {
		case *ast.StarExpr:
			typ = t.X
		case *ast.IndexExpr:
			typ = t.X
		case *ast.IndexListExpr:
			typ = t.X
		case *ast.Ident:
			return t.IsExported()
		default:
			return false
		}
	}
}

// TestImportFaultsAreSeen plants imports into a package graph that does not exist.
func TestImportFaultsAreSeen(t *testing.T) {
	t.Parallel()
	our := func(paths ...string) []string {
		for i, path := range paths {
			paths[i] = module + "/" + path
		}
		return paths
	}
	tests := map[string]struct {
		pkg           string
		imports, deps []string
		want          string // "" means nothing is wrong
	}{
		"a later step":                   {pkg: "server/api", imports: our("domain", "domain/steward", "server/access", "server/connect/odoo", "web")},
		"an earlier step":                {pkg: "domain", imports: our("domain/catalog"), want: "step 1 may not know step 3"},
		"the same step":                  {pkg: "matching", imports: our("reconcile"), want: "both are of step 2"},
		"the same step where written":    {pkg: "domain/catalog", imports: our("domain/steward")},
		"the other way round":            {pkg: "domain/steward", imports: our("domain/catalog"), want: "both are of step 3"},
		"the own room":                   {pkg: "server/store/storetest", imports: our("server/store")},
		"a neighbouring connector":       {pkg: "server/connect/rest", imports: our("server/connect/odoo"), want: "both are of step 5"},
		"inside one connector":           {pkg: "server/connect/rest", imports: our("server/connect/rest/page")},
		"the store for the composition":  {pkg: "server/app", imports: our("server/store")},
		"the store for the API":          {pkg: "server/api", imports: our("server/store"), want: "only server/app and test may"},
		"the fixtures in production":     {pkg: "server/app", imports: our("fixtures"), want: "only server/demo and server/bench and test may"},
		"a folder nobody planned":        {pkg: "server/util", want: "belongs to no room"},
		"a protocol in the domain":       {pkg: "domain", imports: []string{"net/http"}, want: "domain: imports net/http"},
		"a protocol behind an import":    {pkg: "reconcile", imports: []string{"example.com/x"}, deps: []string{"net/http"}, want: "reconcile: depends on net/http"},
		"a database in the domain":       {pkg: "domain/crosswalk", imports: []string{"database/sql"}, want: "imports database/sql"},
		"an interface of databases":      {pkg: "domain", deps: []string{"database/sql/driver"}},
		"a wire format in a use case":    {pkg: "domain/steward", imports: []string{"encoding/json"}, want: "imports encoding/json"},
		"a wire format in the API":       {pkg: "server/api", imports: []string{"encoding/json"}},
		"gorm in the store":              {pkg: "server/store", imports: []string{"gorm.io/gorm"}},
		"gorm elsewhere":                 {pkg: "server/jobs", imports: []string{"gorm.io/gorm"}, want: "imports gorm.io/gorm"},
		"casbin elsewhere":               {pkg: "server/api", imports: []string{"github.com/casbin/casbin/v2"}, want: "forbidden here"},
		"excelize in the fixtures":       {pkg: "fixtures", imports: []string{"github.com/xuri/excelize/v2"}},
		"excelize elsewhere":             {pkg: "server/app", imports: []string{"github.com/xuri/excelize/v2"}, want: "forbidden here"},
		"gin in the connectors":          {pkg: "server/connect/push", imports: []string{"github.com/gin-gonic/gin"}, want: "forbidden here"},
		"string likeness in comparisons": {pkg: "reconcile", imports: []string{"github.com/antzucaro/matchr"}, want: "forbidden here"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			planted := []listed{{ImportPath: module + "/" + tt.pkg, Imports: tt.imports, Deps: tt.deps}}
			expect(t, importFaults(planted), tt.want)
		})
	}
}

// TestSourceFaultsAreSeen plants faults into files that do not exist.
func TestSourceFaultsAreSeen(t *testing.T) {
	t.Parallel()
	const head = "// Package p is for tests.\npackage p\n"
	tests := map[string]struct {
		pkg, source string
		want        string // "" means nothing is wrong
	}{
		"a clean file":                {pkg: "domain", source: head + "// A is documented.\nfunc A() {}\n"},
		"no package comment":          {pkg: "domain", source: "package p\n", want: "domain: the package has no comment"},
		"a function without comment":  {pkg: "domain", source: head + "func A() {}\n", want: "A has no comment"},
		"a hidden type's method":      {pkg: "domain", source: head + "type a struct{}\nfunc (a) String() string { return \"\" }\n"},
		"a type without comment":      {pkg: "domain", source: head + "type A[T any] struct{}\n", want: "A has no comment"},
		"a generic type's method":     {pkg: "domain", source: head + "// A is documented.\ntype A[T any] struct{}\nfunc (A[T]) Do() {}\n", want: "Do has no comment"},
		"an interface's method":       {pkg: "domain", source: head + "// A is documented.\ntype A interface{ Do() }\n", want: "A.Do has no comment"},
		"a group with one comment":    {pkg: "domain", source: head + "// The letters.\nconst (\n\tA = 1\n\tB = 2\n)\n"},
		"a constant without comment":  {pkg: "domain", source: head + "const A = 1\n", want: "A has no comment"},
		"a long function":             {pkg: "domain", source: head + "func a() {" + strings.Repeat("\n", maxFunctionLines) + "}\n", want: "a has 81 lines"},
		"a long file":                 {pkg: "domain", source: head + strings.Repeat("\n", maxFileLines), want: "the file has 602 lines"},
		"a generated long file":       {pkg: "domain", source: "// Code generated by x. DO NOT EDIT.\n\n" + head + strings.Repeat("\n", maxFileLines)},
		"the clock in a rule":         {pkg: "domain/steward", source: head + "import \"time\"\nvar a = time.Now()\n", want: "uses time.Now"},
		"the clock renamed":           {pkg: "matching", source: head + "import clock \"time\"\nvar a = clock.Now\n", want: "uses time.Now"},
		"the clock in an adapter":     {pkg: "server/jobs", source: head + "import \"time\"\nvar a = time.Now()\n"},
		"the environment":             {pkg: "server/app", source: head + "import \"os\"\nvar a = os.Getenv(\"A\")\n", want: "uses os.Getenv"},
		"the environment at its door": {pkg: "server/config", source: head + "import \"os\"\nvar a = os.Getenv(\"A\")\n"},
		"a file that is not Go":       {pkg: "domain", source: head + "func {", want: "expected"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expect(t, sourceFaults(tt.pkg, map[string][]byte{tt.pkg + "/p.go": []byte(tt.source)}), tt.want)
		})
	}
}

// expect holds faults to the one that was planted, or to none.
func expect(t *testing.T, faults []string, want string) {
	t.Helper()
	if want == "" && len(faults) > 0 {
		t.Errorf("faults were seen where there are none: %q", faults)
	}
	if want != "" && !slices.ContainsFunc(faults, func(fault string) bool { return strings.Contains(fault, want) }) {
		t.Errorf("planted %q, seen %q", want, faults)
	}
}
