// Package rows turns what connectors of free shape read into records: a row of a database, a record of a JSON answer, a line of
// a file. A stream's expressions over the row give its key, whether it is active and every attribute. The package knows
// nothing of where rows come from, and reads and writes nothing itself.
package rows

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/vm"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Mapping is a stream's compiled expressions. It is safe for concurrent use.
type Mapping struct {
	domain   domain.DomainName
	decimals Decimals
	language string
	key      *vm.Program
	active   *vm.Program // nil: every row is active
	fields   map[domain.AttributeID]field
	uses     []Use
	computed []string // columns of expressions that compute with numbers
}

// field is an attribute's expression, for a text and for a number. The two differ only where numbers have a decimal comma.
type field struct {
	text   *vm.Program
	number *vm.Program
	what   string
}

// Use says which part of a stream needs a column.
type Use struct {
	Column string
	What   string
}

// Where names a stream in a sentence.
func Where(system domain.SystemID, name domain.DomainName) string {
	return fmt.Sprintf("the stream %s of the system %s", name, system)
}

// Compile compiles a stream's expressions for a source that writes numbers in the given way. One that cannot be used is
// CodeConfigInvalid, naming the stream, the attribute and the position.
func Compile(system domain.SystemID, declared domain.Stream, decimals Decimals) (*Mapping, error) {
	where := Where(system, declared.Domain)
	m := &Mapping{domain: declared.Domain, decimals: decimals, language: cmp.Or(declared.Language, domain.English), fields: map[domain.AttributeID]field{}}
	var err error
	if m.key, err = m.expression(where+", the key", declared.Key); err != nil {
		return nil, err
	}
	if strings.TrimSpace(declared.Active) != "" {
		if m.active, err = m.expression(where+", active", declared.Active, expr.AsBool()); err != nil {
			return nil, err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(declared.Fields)) {
		what := fmt.Sprintf("%s, the attribute %s", where, id)
		compiled := field{what: what}
		if compiled.text, err = m.expression(what, declared.Fields[id]); err != nil {
			return nil, err
		}
		compiled.number = compiled.text
		if decimals == DecimalComma {
			if compiled.number, err = m.spelled(what, declared.Fields[id], true); err != nil {
				return nil, err
			}
		}
		m.fields[id] = compiled
	}
	return m, nil
}

// Uses lists the columns that the expressions cannot do without, each with what needs it.
func (m *Mapping) Uses() []Use { return m.uses }

// NumberColumns lists the columns in which numbers stand: those of quantities, and those of expressions that compute.
func (m *Mapping) NumberColumns(definition domain.Definition) []string {
	columns := slices.Clone(m.computed)
	for _, attribute := range definition.Attributes {
		compiled, has := m.fields[attribute.ID]
		for _, use := range m.uses {
			if has && attribute.Kind == domain.KindQuantity && use.What == compiled.what {
				columns = append(columns, use.Column)
			}
		}
	}
	slices.Sort(columns)
	return slices.Compact(columns)
}

// Supplies lists the definition's attributes for which there is an expression. A stream that was never declared supplies none.
func (m *Mapping) Supplies(definition domain.Definition) []domain.AttributeID {
	if m == nil {
		return nil
	}
	var supplied []domain.AttributeID
	for _, id := range definition.IDs() {
		if _, has := m.fields[id]; has {
			supplied = append(supplied, id)
		}
	}
	return supplied
}

// expression compiles one expression and notes the columns it uses.
func (m *Mapping) expression(what, source string, options ...expr.Option) (*vm.Program, error) {
	if strings.TrimSpace(source) == "" {
		return nil, domain.Invalid(domain.CodeConfigInvalid, "%s: the expression is empty", what)
	}
	names := &identifiers{}
	program, err := compile(source, append(options, expr.Patch(names))...)
	if err != nil {
		var at *file.Error
		if errors.As(err, &at) {
			return nil, domain.Invalid(domain.CodeConfigInvalid, "%s: line %d, column %d: %s", what, at.Line, at.Column+1, at.Message)
		}
		return nil, domain.Invalid(domain.CodeConfigInvalid, "%s: the expression is not one", what)
	}
	if names.unknown != "" {
		return nil, domain.Invalid(domain.CodeConfigInvalid, "%s: there is no function %s", what, names.unknown)
	}
	for _, name := range names.found {
		if !slices.Contains(names.declared, name) {
			m.uses = append(m.uses, Use{Column: name, What: what})
			if names.computes {
				m.computed = append(m.computed, name)
			}
		}
	}
	if m.decimals == DecimalComma {
		return m.spelled(what, source, false, options...)
	}
	return program, nil
}

// spelled compiles a sound expression for texts with a decimal comma.
func (m *Mapping) spelled(what, source string, asNumber bool, options ...expr.Option) (*vm.Program, error) {
	source, err := spelled(source, asNumber)
	if err != nil {
		return nil, domain.Invalid(domain.CodeConfigInvalid, "%s: %s", what, err)
	}
	program, err := compile(source, options...)
	if err != nil {
		return nil, domain.Invalid(domain.CodeConfigInvalid, "%s: the expression cannot be read with a decimal comma", what)
	}
	return program, nil
}

func compile(source string, options ...expr.Option) (*vm.Program, error) {
	options = append(options, expr.Env(map[string]any{}), expr.AllowUndefinedVariables(), expr.DisableBuiltin("now"))
	return expr.Compile(source, append(options, functions()...)...)
}

// environment is the name under which an expression sees the whole row.
const environment = "$env"

// identifiers collects the names an expression uses, and those it declares itself.
type identifiers struct {
	found    []string
	declared []string
	computes bool
	unknown  string // a function that is called and is not there
}

// Visit is called for every node of an expression. $env["Part No"] is how a name with a blank is used; $env?.name says that the
// name may be missing.
func (i *identifiers) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.CallNode:
		i.called(calls(n))
	case *ast.IdentifierNode:
		if _, isFunction := helpers()[n.Value]; !isFunction && n.Value != environment {
			i.note(n.Value)
		}
	case *ast.MemberNode:
		of, isName := n.Node.(*ast.IdentifierNode)
		name, isText := n.Property.(*ast.StringNode)
		if isName && isText && of.Value == environment && !n.Optional {
			i.note(name.Value)
		}
	case *ast.VariableDeclaratorNode:
		i.declared = append(i.declared, n.Name)
	}
}

func (i *identifiers) called(name string) {
	i.computes = i.computes || name == "decimal" || name == "times"
	if _, known := helpers()[name]; name != "" && !known {
		i.unknown = name
	}
}

func (i *identifiers) note(name string) {
	if !slices.Contains(i.found, name) {
		i.found = append(i.found, name)
	}
}
