package sql_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
	"github.com/crosswalk-mdm/crosswalk/server/connect/connecttest"
	"github.com/crosswalk-mdm/crosswalk/server/connect/sql"
)

// plant is a system with one stream.
func plant(stream domain.Stream) domain.SourceSystem {
	stream.Domain = "item"
	return domain.SourceSystem{ID: "mes-stu1", Settings: map[string]string{"driver": "sqlite"}, Streams: []domain.Stream{stream}}
}

// TestSettings: whatever cannot be used is found before anything is read, and the sentence says where.
func TestSettings(t *testing.T) {
	t.Parallel()
	good := domain.Stream{Query: "SELECT no FROM part", Key: "no"}
	with := func(change func(*domain.Stream)) domain.SourceSystem {
		stream := good
		change(&stream)
		return plant(stream)
	}
	driver := plant(good)
	driver.Settings = map[string]string{"driver": "oracle"}
	server := plant(good)
	server.Settings = map[string]string{"driver": "postgres"}
	tests := map[string]struct {
		system domain.SourceSystem
		dsn    string
		says   []string // none means that it is in order
	}{
		"in order":                {plant(good), "x.db", nil},
		"a WITH query":            {with(func(s *domain.Stream) { s.Query = " with a as (select 1 no) select no from a " }), "x.db", nil},
		"an unknown driver":       {driver, "x.db", []string{"mes-stu1", "driver"}},
		"no file":                 {plant(good), "", []string{"mes-stu1"}},
		"a database in memory":    {plant(good), ":memory:", []string{"mes-stu1"}},
		"a connection string":     {server, "postgres://reader:hush@[", []string{"mes-stu1", "postgres"}},
		"a statement that writes": {with(func(s *domain.Stream) { s.Query = "DELETE FROM part" }), "x.db", []string{"item", "mes-stu1", "SELECT"}},
		"two statements":          {with(func(s *domain.Stream) { s.Query = "SELECT 1; DELETE FROM part" }), "x.db", []string{"semicolon"}},
		"no query":                {with(func(s *domain.Stream) { s.Query = "" }), "x.db", []string{"item"}},
		"no key":                  {with(func(s *domain.Stream) { s.Key = " " }), "x.db", []string{"key"}},
		"a broken key":            {with(func(s *domain.Stream) { s.Key = "no +" }), "x.db", []string{"item", "mes-stu1", "key", "line 1", "column"}},
		"an unknown function":     {with(func(s *domain.Stream) { s.Active = "now().Year() > 2000" }), "x.db", []string{"active"}},
		"active that is a text":   {with(func(s *domain.Stream) { s.Active = `"yes"` }), "x.db", []string{"active"}},
		"a broken attribute": {
			with(func(s *domain.Stream) {
				s.Fields = map[domain.AttributeID]string{"net_weight": "times(grams,\n  0.001"}
			}), "x.db",
			[]string{"net_weight", "line 2"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			source, err := sql.New(sql.Options{System: tt.system, DSN: tt.dsn})
			if tt.says == nil {
				if err != nil {
					t.Fatal(err)
				}
				_ = source.Close()
				return
			}
			if domain.ErrorCode(err) != domain.CodeConfigInvalid || strings.Contains(fmt.Sprint(err), "hush") {
				t.Errorf("%v", err)
			}
			for _, part := range tt.says {
				if !strings.Contains(fmt.Sprint(err), part) {
					t.Errorf("%q does not say %q", err, part)
				}
			}
		})
	}
}

// definition has an attribute of every kind, named after it.
func definition() domain.Definition {
	d := domain.Definition{Domain: "item", Label: "item"}
	for _, kind := range []domain.ValueKind{
		domain.KindText, domain.KindCode, domain.KindEnum, domain.KindQuantity, domain.KindDate, domain.KindBool, domain.KindReference,
	} {
		d.Attributes = append(d.Attributes, domain.Attribute{ID: domain.AttributeID(kind), Kind: kind, Unit: "KGM"})
	}
	return d
}

// one reads a single row and returns its record, or why it was put aside.
func one(t *testing.T, query string, fields map[domain.AttributeID]string) (domain.SourceRecord, string, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "plant.db")
	loader(t, "sqlite", path)(t, "CREATE TABLE part (no TEXT, big INTEGER, ratio REAL, whole NUMERIC, stamp DATETIME, raw BLOB, flag BOOLEAN)",
		"INSERT INTO part VALUES ('007', 12345678901234567, 0.1, 1000000, '2026-11-23 00:00:00', x'c384', 1)")
	source, err := connect(t, plant(domain.Stream{Query: query, Key: "no", Fields: fields}), path)
	if err != nil {
		t.Fatal(err)
	}
	var record domain.SourceRecord
	var why string
	_, err = source.Read(t.Context(), reconcile.ReadRequest{Definition: definition()}, func(page reconcile.Page) error {
		for _, row := range page.Rows {
			record = row.Record
		}
		for _, row := range page.Rejected {
			why = row.Reason
		}
		return nil
	})
	return record, why, err
}

func TestValues(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		kind       domain.ValueKind
		expression string
		want       domain.Value // nil: absent
		rejected   bool
	}{
		"a number as text":              {domain.KindText, "big", domain.Text("12345678901234567"), false},
		"a large number as text":        {domain.KindText, "whole", domain.Text("1000000"), false},
		"leading zeros":                 {domain.KindCode, "no", domain.Code("007"), false},
		"bytes":                         {domain.KindText, "raw", domain.Text("Ä"), false},
		"a fraction":                    {domain.KindQuantity, "ratio", quantity("0.1"), false},
		"a fraction made canonical":     {domain.KindText, `decimal("1.50") + "/" + decimal("+0.10")`, domain.Text("1.5/0.1"), false},
		"an exact product":              {domain.KindQuantity, `times(ratio, "0.001")`, quantity("0.0001"), false},
		"a product of a blank":          {domain.KindQuantity, `times(" ", "0.001")`, nil, false},
		"a product of nothing":          {domain.KindQuantity, `times(nil, "0.001")`, nil, false},
		"nothing as text":               {domain.KindText, `text(nil) + "x"`, domain.Text("x"), false},
		"white space around":            {domain.KindEnum, `"  C62 "`, domain.Enum("C62"), false},
		"blank":                         {domain.KindCode, `"  "`, nil, false},
		"a decimal comma":               {domain.KindQuantity, `"1,5"`, nil, true},
		"a word where a number is":      {domain.KindQuantity, `no + "x"`, nil, true},
		"floating point":                {domain.KindQuantity, `float(ratio) * 0.001`, nil, true},
		"floating point in text":        {domain.KindText, `float(ratio) + 0.2`, nil, true},
		"a factor in floating point":    {domain.KindQuantity, `times(ratio, 0.001)`, nil, true},
		"a date":                        {domain.KindDate, `text(stamp)[:10]`, domain.Day("2026-11-23"), false},
		"a date that is none":           {domain.KindDate, `"2026-02-30"`, nil, true},
		"a truth value of the database": {domain.KindBool, "flag", domain.Bool(true), false},
		"a computed truth value":        {domain.KindBool, `no == "008"`, domain.Bool(false), false},
		"a word for a truth value":      {domain.KindBool, `"maybe"`, nil, true},
		"a list":                        {domain.KindText, `[no]`, nil, true},
		"a function of nothing":         {domain.KindText, `trim(nil ?? big[:0] ?? no) + no[9]`, nil, true},
		"a variable of its own":         {domain.KindText, `let x = no; x + x`, domain.Text("007007"), false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			id := domain.AttributeID(tt.kind)
			record, why, err := one(t, "SELECT * FROM part", map[domain.AttributeID]string{id: tt.expression})
			if err != nil || (why != "") != tt.rejected || !domain.Equal(record.Attributes[id], tt.want) {
				t.Errorf("%v, rejected %q, %v; wanted %v", record.Attributes[id], why, err, tt.want)
			}
		})
	}
}

func quantity(number string) domain.Quantity {
	made, err := domain.NewQuantity(number, "KGM")
	if err != nil {
		panic(err)
	}
	return made
}

func TestReadingFails(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		query  string
		fields map[domain.AttributeID]string
		code   string // "" means that it is read
	}{
		"an attribute nobody declared":   {"SELECT no FROM part", map[domain.AttributeID]string{"colour": "no"}, domain.CodeConfigInvalid},
		"a kind a row cannot hold":       {"SELECT no FROM part", map[domain.AttributeID]string{"money": "no"}, domain.CodeConfigInvalid},
		"a column twice":                 {"SELECT no, big AS no FROM part", nil, domain.CodeConfigInvalid},
		"a column in another case":       {"SELECT no AS NO FROM part", nil, domain.CodeSystemSchema},
		"a comment at the end":           {"SELECT no FROM part -- all of them", nil, ""},
		"a parenthesis that breaks free": {"SELECT no FROM part) UNION (SELECT no FROM part", nil, domain.CodeConfigInvalid},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, _, err := one(t, tt.query, tt.fields); domain.ErrorCode(err) != tt.code {
				t.Errorf("%v, wanted %q", err, tt.code)
			}
		})
	}
}

// TestCount: a query that returns another number of rows than was counted proves nothing. Its length is drawn from 20,000
// each time, so that three readings that all agree by chance are not to be expected.
func TestCount(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "plant.db")
	loader(t, "sqlite", path)(t, "CREATE TABLE part (no TEXT)")
	source, err := connect(t, plant(domain.Stream{
		Query: "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1 + abs(random()) % 20000) SELECT i FROM n", Key: "i",
	}), path)
	if err != nil {
		t.Fatal(err)
	}
	incomplete := 0
	for range 3 {
		proof, err := source.Read(t.Context(), reconcile.ReadRequest{Definition: connecttest.Item()}, func(reconcile.Page) error { return nil })
		if err != nil || proof.Complete != (proof.Why == "") {
			t.Fatalf("%+v, %v", proof, err)
		}
		if !proof.Complete {
			incomplete++
		}
	}
	if incomplete == 0 {
		t.Error("every reading calls itself complete")
	}
}

func TestMaxRows(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "plant.db")
	loader(t, "sqlite", path)(t, "CREATE TABLE part (no TEXT)", "INSERT INTO part VALUES ('A'), ('B'), ('C')")
	source, err := sql.New(sql.Options{System: plant(domain.Stream{Query: "SELECT no FROM part", Key: "no"}), DSN: path, MaxRows: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = source.Close() })
	taken := 0
	_, err = source.Read(t.Context(), reconcile.ReadRequest{Definition: connecttest.Item()}, func(reconcile.Page) error { taken++; return nil })
	if domain.ErrorCode(err) != domain.CodeConfigInvalid || taken != 0 {
		t.Errorf("%d pages, %v", taken, err)
	}
}

func TestFiles(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		dsn  func(path string) string
		code string // "" means that it is read
	}{
		"by URL":              {func(path string) string { return "file:" + path + "?_pragma=cache_size(10)" }, ""},
		"a wish to write":     {func(path string) string { return "file:" + path + "?mode=rwc" }, ""},
		"no such file":        {func(path string) string { return path + ".other" }, domain.CodeSystemUnreachable},
		"a file of something": {func(string) string { return "source_test.go" }, domain.CodeSystemAnswer},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "plant.db")
			loader(t, "sqlite", path)(t, "CREATE TABLE part (no TEXT)")
			source, err := connect(t, plant(domain.Stream{Query: "SELECT no FROM part", Key: "no"}), tt.dsn(path))
			if err != nil {
				t.Fatal(err)
			}
			_, err = source.Read(t.Context(), reconcile.ReadRequest{Definition: connecttest.Item()}, nil)
			if domain.ErrorCode(err) != tt.code {
				t.Errorf("%v, wanted %q", err, tt.code)
			}
		})
	}
}
