package sql

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/vm"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// stream is one domain's query with its compiled expressions.
type stream struct {
	domain domain.DomainName
	query  string
	key    *vm.Program
	active *vm.Program // nil: every row is active
	fields map[domain.AttributeID]*vm.Program
	uses   []use
}

// use says which part of a stream needs a column.
type use struct {
	column string
	what   string
}

// compile checks a stream's query and compiles its expressions.
func compile(system domain.SystemID, declared domain.Stream) (stream, error) {
	where := fmt.Sprintf("the stream %s of the system %s", declared.Domain, system)
	query, err := checkQuery(where, declared.Query)
	if err != nil {
		return stream{}, err
	}
	compiled := stream{domain: declared.Domain, query: query, fields: map[domain.AttributeID]*vm.Program{}}
	if compiled.key, err = compiled.expression(where+", the key", declared.Key); err != nil {
		return stream{}, err
	}
	if strings.TrimSpace(declared.Active) != "" {
		if compiled.active, err = compiled.expression(where+", active", declared.Active, expr.AsBool()); err != nil {
			return stream{}, err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(declared.Fields)) {
		what := fmt.Sprintf("%s, the attribute %s", where, id)
		if compiled.fields[id], err = compiled.expression(what, declared.Fields[id]); err != nil {
			return stream{}, err
		}
	}
	return compiled, nil
}

// checkQuery lets a single SELECT through. The database itself is what keeps it from writing.
func checkQuery(where, query string) (string, error) {
	query = strings.TrimSpace(query)
	begins := regexp.MustCompile(`(?i)^(select|with)\s`)
	if !begins.MatchString(query) || strings.Contains(query, ";") {
		return "", domain.Invalid(domain.CodeConfigInvalid, "%s: the query must be one statement that begins with SELECT or WITH, without a semicolon", where)
	}
	return query, nil
}

// expression compiles one expression and notes the columns it uses.
func (s *stream) expression(what, source string, options ...expr.Option) (*vm.Program, error) {
	if strings.TrimSpace(source) == "" {
		return nil, domain.Invalid(domain.CodeConfigInvalid, "%s: the expression is empty", what)
	}
	names := &identifiers{}
	options = append(options, expr.Env(map[string]any{}), expr.AllowUndefinedVariables(), expr.DisableBuiltin("now"), expr.Patch(names))
	program, err := expr.Compile(source, append(options, functions()...)...)
	if err != nil {
		var at *file.Error
		if errors.As(err, &at) {
			return nil, domain.Invalid(domain.CodeConfigInvalid, "%s: line %d, column %d: %s", what, at.Line, at.Column+1, at.Message)
		}
		return nil, domain.Invalid(domain.CodeConfigInvalid, "%s: the expression is not one", what)
	}
	for _, name := range names.found {
		if !slices.Contains(names.declared, name) {
			s.uses = append(s.uses, use{column: name, what: what})
		}
	}
	return program, nil
}

// identifiers collects the names an expression uses, and those it declares itself.
type identifiers struct {
	found    []string
	declared []string
}

// Visit is called for every node of an expression.
func (i *identifiers) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.IdentifierNode:
		if _, isFunction := helpers()[n.Value]; !isFunction && n.Value != "$env" && !slices.Contains(i.found, n.Value) {
			i.found = append(i.found, n.Value)
		}
	case *ast.VariableDeclaratorNode:
		i.declared = append(i.declared, n.Name)
	}
}
