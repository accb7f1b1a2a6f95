package connecttest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
)

// SQL is a plant's database that the suite may use as it likes.
type SQL struct {
	Driver string
	// DSN is the reader's; WrongDSN has another password, "" where there are none; AwayDSN names nobody's address.
	DSN      string
	WrongDSN string
	AwayDSN  string
	// Exec runs statements as the plant's own software does.
	Exec func(t *testing.T, statements ...string)
	// Connect returns the source under test; it is closed by whoever made it.
	Connect func(t *testing.T, system domain.SourceSystem, dsn string) (reconcile.Source, error)
}

// RunSQL runs the contract of the SQL connector. database is asked once for every case and may return the same one each time:
// cases run one after the other, and each makes its table anew.
func RunSQL(t *testing.T, database func(t *testing.T) SQL) {
	t.Helper()
	RunRows(t, func(t *testing.T) Rows { return rowsOf(database(t)) })
	cases := map[string]func(*plant){
		"the database's own numbers are exact":  ownNumbers,
		"a table that is gone ends the reading": tableGone,
		"a column the query does not return":    unreturnedColumn,
		"a query that is none is refused":       brokenQuery,
		"a query cannot write":                  writingQuery,
		"a wrong password is refused":           wrongPassword,
		"an address where nobody is":            nobodyThere,
		"the check shows what is wrong":         plantOutOfOrder,
	}
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		t.Run(name, func(t *testing.T) {
			p := &plant{bench: &bench{T: t}, database: database(t)}
			p.database.Exec(t, "DROP TABLE IF EXISTS part",
				"CREATE TABLE part (no VARCHAR(40), title VARCHAR(80), grams DECIMAL(12,3), unit VARCHAR(10), obsolete INTEGER, lot_traced VARCHAR(5))")
			cases[name](p)
		})
	}
}

// plant is one case at work.
type plant struct {
	*bench
	database SQL
}

// query is what most cases read.
const query = "SELECT no, title, grams, unit, obsolete, lot_traced FROM part ORDER BY no"

// system declares the plant's system.
func (p *plant) system(query string) domain.SourceSystem {
	return domain.SourceSystem{
		ID: "mes-test", Name: "MES", Kind: domain.SystemSQL, Codes: domain.CodeInternalNumber, CodeRule: domain.CodesExact,
		Settings: map[string]string{"driver": p.database.Driver},
		Streams: []domain.Stream{{
			Domain: "item", Query: query, Key: "no", Active: `obsolete != "1"`,
			Fields: map[domain.AttributeID]string{
				"code": "no", "name": "title", "base_unit": `{"PCE": "C62", "KG": "KGM"}[text(unit)] ?? text(unit)`,
				"net_weight": `times(grams, "0.001")`, "tracking": `lot_traced == "Y" ? "lot" : "none"`,
			},
		}},
	}
}

func (p *plant) source(query string) reconcile.Source {
	p.Helper()
	source, err := p.database.Connect(p.T, p.system(query), p.database.DSN)
	if err != nil {
		p.Fatalf("connect: %v", err)
	}
	return source
}

// fails demands that a reading ends with a code.
func (p *plant) fails(source reconcile.Source, code string) {
	p.Helper()
	if got, err := p.tryRead(source, reconcile.ReadRequest{}); domain.ErrorCode(err) != code || got.proof.Complete {
		p.Errorf("read: %v (%s), wanted %s", err, domain.ErrorCode(err), code)
	}
}

func ownNumbers(p *plant) {
	p.database.Exec(p.T, "INSERT INTO part VALUES ('A', 'One', 1250.500, 'PCE', 0, 'N'), ('B', 'Two', 0.100, 'PCE', 1, 'N'), ('C', 'Three', NULL, 'PCE', NULL, 'N')")
	got := p.read(p.source(query), reconcile.ReadRequest{})
	for code, want := range map[domain.Code]domain.Value{"A": kilograms("1.2505"), "B": kilograms("0.0001"), "C": nil} {
		if row := got.rows[code].Record; !domain.Equal(row.Attributes["net_weight"], want) || row.Active != (code != "B") {
			p.Errorf("%s: %+v", code, row)
		}
	}
}

func tableGone(p *plant) {
	source := p.source(query)
	p.database.Exec(p.T, "DROP TABLE part")
	p.fails(source, domain.CodeSystemSchema)
}

func unreturnedColumn(p *plant) {
	p.fails(p.source("SELECT no, title, unit, obsolete, lot_traced FROM part"), domain.CodeSystemSchema)
}

func brokenQuery(p *plant) {
	p.fails(p.source("SELECT no FRM part WHRE"), domain.CodeConfigInvalid)
}

// writingQuery tries statements that begin as a query does.
func writingQuery(p *plant) {
	p.database.Exec(p.T, "INSERT INTO part VALUES ('A', 'One', 1, 'PCE', 0, 'N')")
	for _, attempt := range []string{
		"WITH gone AS (SELECT 1) DELETE FROM part",
		"WITH gone AS (DELETE FROM part RETURNING no) SELECT no FROM gone",
		"SELECT no INTO copied FROM part",
		"SELECT no FROM part INTO OUTFILE '/tmp/crosswalk-must-not-exist'",
	} {
		if _, err := p.tryRead(p.source(attempt), reconcile.ReadRequest{}); domain.ErrorKind(err) != domain.KindInvalid {
			p.Errorf("%s: %v", attempt, err)
		}
	}
	if got := p.read(p.source(query), reconcile.ReadRequest{}); len(got.rows) != 1 {
		p.Errorf("a query has deleted rows: %+v", got.rows)
	}
}

func wrongPassword(p *plant) {
	if p.database.WrongDSN == "" {
		p.Skip("this database has no accounts")
	}
	source, err := p.database.Connect(p.T, p.system(query), p.database.WrongDSN)
	if err != nil {
		p.Fatal(err)
	}
	p.fails(source, domain.CodeSystemDenied)
	p.failsAt(source, "sign in")
}

func nobodyThere(p *plant) {
	source, err := p.database.Connect(p.T, p.system(query), p.database.AwayDSN)
	if err != nil {
		p.Fatal(err)
	}
	p.fails(source, domain.CodeSystemUnreachable)
	p.failsAt(source, "reach")
}

func plantOutOfOrder(p *plant) {
	source := p.source(query)
	p.database.Exec(p.T, "DROP TABLE part")
	p.failsAt(source, "read one item")
}

// rowsOf is a database as a plant of free shape.
func rowsOf(database SQL) Rows {
	p := &plant{database: database}
	return Rows{
		Put: func(t *testing.T, columns []string, rows [][]any) {
			t.Helper()
			database.Exec(t, "DROP TABLE IF EXISTS part", "CREATE TABLE part ("+strings.Join(columns, " VARCHAR(80), ")+" VARCHAR(80))")
			for chunk := range slices.Chunk(rows, 500) {
				var values []string
				for _, row := range chunk {
					values = append(values, "("+strings.Join(literals(row), ", ")+")")
				}
				database.Exec(t, "INSERT INTO part VALUES "+strings.Join(values, ", "))
			}
		},
		Connect: func(t *testing.T, stream domain.Stream) (reconcile.Source, error) {
			t.Helper()
			stream.Query = "SELECT * FROM part ORDER BY no"
			system := p.system("")
			system.Streams = []domain.Stream{stream}
			return database.Connect(t, system, database.DSN)
		},
		Position: func(n int) string { return fmt.Sprintf("row %d", n) },
	}
}

func literals(row []any) []string {
	var all []string
	for _, cell := range row {
		switch v := cell.(type) {
		case nil:
			all = append(all, "NULL")
		default:
			all = append(all, fmt.Sprintf("'%v'", v))
		}
	}
	return all
}
