package rows

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
)

// Decimals says how a source writes the numbers in its texts.
type Decimals string

// The ways to write 1250.5.
const (
	DecimalPoint Decimals = "point" // 1250.5
	DecimalComma Decimals = "comma" // 1250,5 or 1.250,5
)

// fromComma writes a number with a decimal comma as one with a point. Points are taken only between groups of three digits.
func fromComma(text string) (string, error) {
	text = strings.TrimSpace(text)
	whole, fraction, has := strings.Cut(text, ",")
	groups := strings.Split(strings.TrimLeft(whole, "+-"), ".")
	sound := !has || isDigits(fraction)
	for i, group := range groups {
		sound = sound && isDigits(group) && (len(groups) == 1 || len(group) == 3 || i == 0 && len(group) < 3)
	}
	if !sound {
		return "", fmt.Errorf("%q is not a number with a decimal comma", text)
	}
	whole = strings.ReplaceAll(whole, ".", "")
	if has {
		return whole + "." + fraction, nil
	}
	return whole, nil
}

func isDigits(text string) bool { return text != "" && strings.Trim(text, "0123456789") == "" }

// spelled is an expression in which every text that is read as a number is first read with a decimal comma. asNumber says that
// the expression's own result is such a text. Results of decimal, times and comma are numbers already, and literals are the
// author's, who writes points.
func spelled(source string, asNumber bool) (string, error) {
	tree, err := parser.Parse(source)
	if err != nil {
		return "", err
	}
	s := &speller{}
	ast.Walk(&tree.Node, s)
	root := tree.Node
	for _, call := range s.exact {
		call.Arguments[0] = s.read(call.Arguments[0])
	}
	if asNumber {
		root = s.read(root)
	}
	return root.String(), s.fault
}

// speller finds where an expression reads numbers.
type speller struct {
	exact    []*ast.CallNode
	declared []string
	fault    error
}

// Visit is called for every node of an expression.
func (s *speller) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.CallNode:
		if name := calls(n); (name == "decimal" || name == "times") && len(n.Arguments) > 0 {
			s.exact = append(s.exact, n)
		}
	case *ast.VariableDeclaratorNode:
		s.declared = append(s.declared, n.Name)
	}
}

// calls returns the name of the function that is called.
func calls(n *ast.CallNode) string {
	if callee, ok := n.Callee.(*ast.IdentifierNode); ok {
		return callee.Value
	}
	return ""
}

// read puts comma(…) round what brings a text.
func (s *speller) read(node ast.Node) ast.Node {
	switch n := node.(type) {
	case *ast.ConditionalNode:
		n.Exp1, n.Exp2 = s.read(n.Exp1), s.read(n.Exp2)
		return n
	case *ast.VariableDeclaratorNode:
		n.Expr = s.read(n.Expr)
		return n
	case *ast.BinaryNode:
		if n.Operator == "??" {
			n.Left, n.Right = s.read(n.Left), s.read(n.Right)
			return n
		}
	case *ast.CallNode:
		if slices.Contains([]string{"decimal", "times", "comma"}, calls(n)) {
			return n
		}
	case *ast.IdentifierNode:
		if slices.Contains(s.declared, n.Value) {
			s.fault = errors.New("with a decimal comma a variable cannot stand where a number is read; write the column itself there")
		}
	case *ast.NilNode, *ast.StringNode, *ast.IntegerNode:
		return node
	}
	return &ast.CallNode{Callee: &ast.IdentifierNode{Value: "comma"}, Arguments: []ast.Node{node}}
}
