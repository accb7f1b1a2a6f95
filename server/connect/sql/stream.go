package sql

import (
	"regexp"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/connect/rows"
)

// stream is one domain's query with its compiled expressions.
type stream struct {
	domain  domain.DomainName
	query   string
	mapping *rows.Mapping
}

// compile checks a stream's query and compiles its expressions.
func compile(system domain.SystemID, declared domain.Stream) (stream, error) {
	query, err := checkQuery(rows.Where(system, declared.Domain), declared.Query)
	if err != nil {
		return stream{}, err
	}
	mapping, err := rows.Compile(system, declared, rows.DecimalPoint)
	return stream{domain: declared.Domain, query: query, mapping: mapping}, err
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
