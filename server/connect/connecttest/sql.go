package connecttest

import (
	"errors"
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
	cases := map[string]func(*plant){
		"codes and numbers come as written":              asWritten,
		"bad rows are put aside and the reading goes on": badRows,
		"many rows come in pages":                        manyRows,
		"a code twice is handed over twice":              codeTwice,
		"an empty table is complete":                     emptyTable,
		"a renamed column ends the reading":              renamedColumn,
		"a table that is gone ends the reading":          tableGone,
		"a column the query does not return":             unreturnedColumn,
		"a query that is none is refused":                brokenQuery,
		"a query cannot write":                           writingQuery,
		"an error of the taker ends the reading":         takerFails,
		"a wrong password is refused":                    wrongPassword,
		"an address where nobody is":                     nobodyThere,
		"the check finds everything in order":            plantInOrder,
		"the check shows what is wrong":                  plantOutOfOrder,
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

func asWritten(p *plant) {
	p.database.Exec(p.T,
		"INSERT INTO part VALUES ('000123', '  Bolt M8 ', 1250.500, 'PCE', 0, 'Y')",
		"INSERT INTO part VALUES ('123', 'Schraube Ø 8', NULL, 'KG', 1, 'N')",
		"INSERT INTO part VALUES ('4711-C', NULL, 0.100, 'Stk', NULL, NULL)")
	source := p.source(query)
	got := p.read(source, reconcile.ReadRequest{})
	if !got.proof.Complete || got.proof.Why != "" || len(got.rejected) != 0 {
		p.Errorf("proof %+v, rejected %v", got.proof, got.rejected)
	}
	want := map[domain.Code]domain.SourceRecord{
		"000123": {Active: true, Attributes: domain.Attributes{
			"code": domain.Code("000123"), "name": domain.Text("Bolt M8"), "base_unit": domain.Enum("C62"),
			"net_weight": kilograms("1.2505"), "tracking": domain.Enum("lot"),
		}},
		"123": {Active: false, Attributes: domain.Attributes{
			"code": domain.Code("123"), "name": domain.Text("Schraube Ø 8"), "base_unit": domain.Enum("KGM"), "tracking": domain.Enum("none"),
		}},
		"4711-C": {Active: true, Attributes: domain.Attributes{
			"code": domain.Code("4711-C"), "base_unit": domain.Enum("Stk"), "net_weight": kilograms("0.0001"), "tracking": domain.Enum("none"),
		}},
	}
	if len(got.rows) != len(want) {
		p.Errorf("read %d rows", len(got.rows))
	}
	for code, record := range want {
		if row := got.rows[code].Record; row.Active != record.Active || !row.Attributes.Same(record.Attributes) {
			p.Errorf("%s: read active=%v %s, wanted active=%v %s", code, row.Active, row.Attributes.Encode(), record.Active, record.Attributes.Encode())
		}
	}
	if supplied := source.Supplies(Item()); len(supplied) != 5 || slices.Contains(supplied, "gtin") {
		p.Errorf("supplied: %v", supplied)
	}
	if some := p.read(source, reconcile.ReadRequest{Attributes: []domain.AttributeID{"name"}}); len(some.rows["000123"].Record.Attributes) != 1 {
		p.Errorf("only the name was wanted: %+v", some.rows["000123"])
	}
}

func badRows(p *plant) {
	p.database.Exec(p.T,
		"INSERT INTO part VALUES ('', 'No code', 1, 'PCE', 0, 'N')",
		"INSERT INTO part VALUES ('A', 'Good', 1, 'PCE', 0, 'N')",
		"INSERT INTO part VALUES ('B', 'Bad weight', 2, 'PCE', 0, 'N')",
		"INSERT INTO part VALUES ('C', 'Good too', 3, 'PCE', 0, 'N')")
	system := p.system(query)
	system.Streams[0].Fields["net_weight"] = `no == "B" ? decimal("2,5") : decimal(grams)`
	source, err := p.database.Connect(p.T, system, p.database.DSN)
	if err != nil {
		p.Fatal(err)
	}
	got := p.read(source, reconcile.ReadRequest{})
	if !got.proof.Complete || len(got.rows) != 2 || len(got.rejected) != 2 {
		p.Fatalf("proof %+v, %d rows, rejected %v", got.proof, len(got.rows), got.rejected)
	}
	if row := got.rejected[""]; row.Position != "row 1" || !strings.Contains(row.Content, "No code") || row.Reason == "" {
		p.Errorf("the row without code: %+v", row)
	}
	if row := got.rejected["B"]; row.Position != "row 3" || !strings.Contains(row.Reason, "net_weight") {
		p.Errorf("the row with a bad weight: %+v", row)
	}
}

func manyRows(p *plant) {
	const rows = 2345
	for chunk := range slices.Chunk(numbers(rows), 500) {
		var values []string
		for _, n := range chunk {
			values = append(values, fmt.Sprintf("('%06d', 'Part', 1, 'PCE', 0, 'N')", n))
		}
		p.database.Exec(p.T, "INSERT INTO part VALUES "+strings.Join(values, ", "))
	}
	var pages []int
	proof, err := p.source(query).Read(p.Context(), reconcile.ReadRequest{Definition: Item()}, func(page reconcile.Page) error {
		pages = append(pages, len(page.Rows))
		return nil
	})
	if err != nil || !proof.Complete || !slices.Equal(pages, []int{1000, 1000, 345}) {
		p.Errorf("pages %v, %+v, %v", pages, proof, err)
	}
}

func numbers(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i + 1
	}
	return all
}

func codeTwice(p *plant) {
	p.database.Exec(p.T, "INSERT INTO part VALUES ('A', 'One', 1, 'PCE', 0, 'N'), ('A', 'Other', 1, 'PCE', 0, 'N')")
	taken := 0
	proof, err := p.source(query).Read(p.Context(), reconcile.ReadRequest{Definition: Item()}, func(page reconcile.Page) error {
		taken += len(page.Rows)
		return nil
	})
	if err != nil || taken != 2 || !proof.Complete {
		p.Errorf("%d rows, %+v, %v", taken, proof, err)
	}
}

func emptyTable(p *plant) {
	if got := p.read(p.source(query), reconcile.ReadRequest{}); !got.proof.Complete || len(got.rows) != 0 {
		p.Errorf("%+v", got)
	}
}

func renamedColumn(p *plant) {
	source := p.source(query)
	p.read(source, reconcile.ReadRequest{})
	p.database.Exec(p.T, "ALTER TABLE part RENAME COLUMN title TO headline")
	p.fails(source, domain.CodeSystemSchema)
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

func takerFails(p *plant) {
	p.database.Exec(p.T, "INSERT INTO part VALUES ('A', 'One', 1, 'PCE', 0, 'N')")
	full := errors.New("full")
	_, err := p.source(query).Read(p.Context(), reconcile.ReadRequest{Definition: Item()}, func(reconcile.Page) error { return full })
	if !errors.Is(err, full) || domain.ErrorCode(err) != domain.CodeInternal {
		p.Errorf("read: %v", err)
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

func plantInOrder(p *plant) {
	p.database.Exec(p.T, "INSERT INTO part VALUES ('A', 'One', 1, 'PCE', 0, 'N')")
	steps := p.source(query).Check(p.Context())
	if len(steps) != 3 || !steps[2].OK || steps[2].Name != "read one item" {
		p.Errorf("%+v", steps)
	}
}

func plantOutOfOrder(p *plant) {
	source := p.source(query)
	p.database.Exec(p.T, "DROP TABLE part")
	p.failsAt(source, "read one item")
}
