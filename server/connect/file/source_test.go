package file_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
	"github.com/crosswalk-mdm/crosswalk/server/connect/connecttest"
	"github.com/crosswalk-mdm/crosswalk/server/connect/file"
)

// folder is a plant's folder.
type folder struct {
	dir string
	// between is called between the two looks.
	between func()
}

func newFolder(t *testing.T) *folder {
	t.Helper()
	return &folder{dir: t.TempDir()}
}

// day is when the first file is written; each later one is written an hour later.
func day(hours int) time.Time {
	return time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC).Add(time.Duration(hours) * time.Hour)
}

// write writes a file as of an hour.
func (f *folder) write(t *testing.T, name, content string, hours int) {
	t.Helper()
	path := filepath.Join(f.dir, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, day(hours), day(hours)); err != nil {
		t.Fatal(err)
	}
}

func (f *folder) system(stream domain.Stream, settings ...string) domain.SourceSystem {
	system := domain.SourceSystem{
		ID: "csv-test", Name: "CSV", Kind: domain.SystemFile, Settings: map[string]string{"dir": f.dir}, Streams: []domain.Stream{stream},
	}
	for i := 0; i < len(settings); i += 2 {
		system.Settings[settings[i]] = settings[i+1]
	}
	return system
}

func (f *folder) options(system domain.SourceSystem) file.Options {
	return file.Options{System: system, Now: func() time.Time { return day(10) }, Wait: func(context.Context, time.Duration) error {
		if f.between != nil {
			f.between()
		}
		return nil
	}}
}

// parts reads parts with their weights in kilograms.
func parts() domain.Stream {
	return domain.Stream{Domain: "item", Glob: "parts*.csv", Key: "no", Fields: map[domain.AttributeID]string{"name": "title", "net_weight": "weight"}}
}

// reading is what a reading brought.
type reading struct {
	rows     []domain.StagedRow
	rejected []domain.QuarantinedRow
	proof    reconcile.Proof
	err      error
}

func (r reading) codes() []domain.Code {
	var codes []domain.Code
	for _, row := range r.rows {
		codes = append(codes, row.Record.Code)
	}
	return codes
}

func read(t *testing.T, o file.Options, since string) reading {
	t.Helper()
	source, err := file.New(o)
	if err != nil {
		t.Fatal(err)
	}
	var got reading
	got.proof, got.err = source.Read(t.Context(), reconcile.ReadRequest{Definition: connecttest.Item(), Since: since}, func(page reconcile.Page) error {
		got.rows = append(got.rows, page.Rows...)
		got.rejected = append(got.rejected, page.Rejected...)
		return nil
	})
	return got
}

// TestContract runs what every connector of free shape promises.
func TestContract(t *testing.T) {
	t.Parallel()
	connecttest.RunRows(t, func(t *testing.T) connecttest.Rows {
		f := newFolder(t)
		hours := 0
		return connecttest.Rows{
			Put: func(t *testing.T, columns []string, rows [][]any) {
				t.Helper()
				lines := []string{strings.Join(columns, ";")}
				for _, row := range rows {
					var cells []string
					for _, cell := range row {
						if cell == nil {
							cell = ""
						}
						cells = append(cells, fmt.Sprint(cell))
					}
					lines = append(lines, strings.Join(cells, ";"))
				}
				hours++
				f.write(t, fmt.Sprintf("parts-%d.csv", hours), strings.Join(lines, "\r\n")+"\r\n", hours)
			},
			Connect: func(_ *testing.T, stream domain.Stream) (reconcile.Source, error) {
				stream.Glob = "parts*.csv"
				source, err := file.New(f.options(f.system(stream, "decimal", "point")))
				if err != nil {
					return nil, err
				}
				return source, nil
			},
			Position: func(n int) string { return fmt.Sprintf("line %d", n+1) },
		}
	})
}

func TestSettings(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		settings []string
		says     string // "" means that it is in order
	}{
		"in order":              {nil, ""},
		"everything given":      {[]string{"ready", "done", "settle", "5s", "max_age", "26h", "delimiter", "tab", "encoding", "UTF-16", "decimal", "comma", "trailer", "END"}, ""},
		"no folder":             {[]string{"dir", ""}, "dir"},
		"a folder from here":    {[]string{"dir", "exports"}, "dir"},
		"a folder that climbs":  {[]string{"dir", "/srv/../etc"}, "dir"},
		"an unknown readiness":  {[]string{"ready", "maybe"}, "maybe"},
		"a time that is none":   {[]string{"settle", "soon"}, "settle"},
		"an age below zero":     {[]string{"max_age", "-1h"}, "max_age"},
		"an unknown delimiter":  {[]string{"delimiter", "x"}, "delimiter"},
		"an unknown encoding":   {[]string{"encoding", "EBCDIC"}, "EBCDIC"},
		"an unknown number":     {[]string{"decimal", "roman"}, "roman"},
		"a pattern of a folder": {nil, "glob"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stream := parts()
			if strings.Contains(name, "pattern") {
				stream.Glob = "../*.csv"
			}
			_, err := file.New(file.Options{System: newFolder(t).system(stream, tt.settings...)})
			if tt.says == "" && err != nil || tt.says != "" && domain.ErrorCode(err) != domain.CodeConfigInvalid {
				t.Errorf("%v", err)
			}
			if tt.says == "glob" {
				return // the sentence is the domain's
			}
			if tt.says != "" && !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%q does not say %q", err, tt.says)
			}
		})
	}
}

func wide(text string) string {
	out := []byte{0xFF, 0xFE}
	for _, unit := range utf16.Encode([]rune(text)) {
		out = append(out, byte(unit), byte(unit>>8))
	}
	return string(out)
}

// TestForms: how a file is written is found out; what stands in it is taken as written.
func TestForms(t *testing.T) {
	t.Parallel()
	const plain = "no;title;weight\n007;Öse;1,5\n"
	tests := map[string]struct {
		content  string
		settings []string
		name     string
		weight   string // "" means none
	}{
		"semicolons":               {plain, nil, "Öse", "1.5"},
		"commas":                   {"no,title,weight\n007,Öse,1.5\n", nil, "Öse", "1.5"},
		"tabs":                     {"no\ttitle\tweight\n007\tÖse\t1.5\n", nil, "Öse", "1.5"},
		"another sign in a name":   {"no,title,weight,note; remark\n007,Öse,1.5,x\n", nil, "Öse", "1.5"},
		"a delimiter that is told": {"sep=|\nno|title|weight\n007|Öse|1.5\n", nil, "Öse", "1.5"},
		"blank lines before":       {"\n \r\n" + plain, nil, "Öse", "1.5"},
		"lines of Windows":         {strings.ReplaceAll(plain, "\n", "\r\n"), nil, "Öse", "1.5"},
		"a byte order mark":        {"\xEF\xBB\xBF" + plain, nil, "Öse", "1.5"},
		"sixteen bits":             {wide(plain), nil, "Öse", "1.5"},
		"Windows-1252":             {strings.ReplaceAll(plain, "Ö", "\xD6"), nil, "Öse", "1.5"},
		"a given encoding":         {plain, []string{"encoding", "windows-1252"}, "Ã–se", "1.5"},
		"white space in header":    {" no ;title\u00A0; weight\n007;Öse;1,5\n", nil, "Öse", "1.5"},
		"other columns and order":  {"weight;x;x;title;no\n1,5;a;b;Öse;007\n", nil, "Öse", "1.5"},
		"quotation marks":          {"no;title;weight\n007;\"Öse; \"\"groß\"\"\n zwei\";1,5\n", nil, "Öse; \"groß\"\n zwei", "1.5"},
		"groups with points":       {"no;title;weight\n007;Öse;1.250,5\n", nil, "Öse", "1250.5"},
		"groups with commas":       {"no;title;weight\n007;Öse;1250.5\n", nil, "Öse", "1250.5"},
		"a comma as it is given":   {"no;title;weight\n007;Öse;1,250\n", []string{"decimal", "comma"}, "Öse", "1.25"},
		"a point as it is given":   {"no;title;weight\n007;Öse;1.250\n", []string{"decimal", "point"}, "Öse", "1.25"},
		"groups as it is given":    {"no;title;weight\n007;Öse;1.250\n", []string{"decimal", "comma"}, "Öse", "1250"},
		"shown by another row":     {"no;title;weight\n007;Öse;1,250\n8;X;0,5\n", nil, "Öse", "1.25"},
		"a number without sign":    {"no;title;weight\n007;Öse;-12\n", nil, "Öse", "-12"},
		"nothing":                  {"no;title;weight\n007;Öse;\n", nil, "Öse", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFolder(t)
			f.write(t, "parts.csv", tt.content, 0)
			got := read(t, f.options(f.system(parts(), tt.settings...)), "")
			if got.err != nil || !got.proof.Complete || len(got.rows) == 0 || len(got.rejected) != 0 {
				t.Fatalf("%+v", got)
			}
			record := got.rows[0].Record
			var weight domain.Value
			if tt.weight != "" {
				weight, _ = domain.NewQuantity(tt.weight, "KGM")
			}
			if record.Code != "007" || !domain.Equal(record.Attributes["name"], domain.Translated{"en": tt.name}) || !domain.Equal(record.Attributes["net_weight"], weight) {
				t.Errorf("%s", record.Attributes.Encode())
			}
		})
	}
}

// TestNotRead: what cannot be understood is refused whole, with its code.
func TestNotRead(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		content  string
		settings []string
		code     string
	}{
		"an empty file":                 {"", nil, domain.CodeSystemAnswer},
		"blanks alone":                  {" \n\n", nil, domain.CodeSystemAnswer},
		"a workbook":                    {"PK\x03\x04xxxx", nil, domain.CodeSystemAnswer},
		"bytes that are no text":        {"no;title;weight\x00\x01", nil, domain.CodeSystemAnswer},
		"not the encoding given":        {"no;title;weight\n1;\xD6;1\n", []string{"encoding", "utf-8"}, domain.CodeSystemAnswer},
		"a column that is gone":         {"no;headline;weight\n", nil, domain.CodeSystemSchema},
		"a column twice":                {"no;title;weight;no\n", nil, domain.CodeSystemSchema},
		"another delimiter":             {"no;title;weight\n", []string{"delimiter", ","}, domain.CodeSystemSchema},
		"a number of two meanings":      {"no;title;weight\n1;x;1,250\n", nil, domain.CodeConfigInvalid},
		"a number of two meanings, too": {"no;title;weight\n1;x;1.250\n", nil, domain.CodeConfigInvalid},
		"numbers of two ways":           {"no;title;weight\n1;x;1,5\n2;x;1.5\n", nil, domain.CodeConfigInvalid},
		"a trailer without a number":    {"no;title;weight\n1;x;1\nEND;x;\n", []string{"trailer", "END"}, domain.CodeSystemAnswer},
		"too many rows":                 {"no;title;weight\n" + strings.Repeat("1;x;1\n", 6), nil, domain.CodeConfigInvalid},
		"too many bytes":                {"no;title;weight\n" + "1;" + strings.Repeat("x", 1000) + ";1\n", nil, domain.CodeConfigInvalid},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFolder(t)
			f.write(t, "parts.csv", tt.content, 0)
			o := f.options(f.system(parts(), tt.settings...))
			o.MaxRows, o.MaxBytes = 5, 1000
			if got := read(t, o, ""); domain.ErrorCode(got.err) != tt.code || got.proof.Complete {
				t.Errorf("%+v", got)
			}
		})
	}
}

// TestBadLines: lines that are no rows are put aside with their numbers, and prove that the file is not sound.
func TestBadLines(t *testing.T) {
	t.Parallel()
	f := newFolder(t)
	f.write(t, "parts.csv", "sep=;\nno;title;weight\n1;\"two\nlines\";1\n2;Rohr 1\" lang;1\n3;a;b;1\n4;short\n5;good;1\n;;\n6;bad;x\n", 0)
	got := read(t, f.options(f.system(parts())), "")
	var lines []string
	for _, row := range got.rejected {
		lines = append(lines, row.Position+"="+row.Code)
	}
	if want := []string{"line 5=", "line 6=3", "line 7=4", "line 10=6"}; got.err != nil || got.proof.Complete || !slices.Equal(lines, want) || !slices.Equal(got.codes(), []domain.Code{"1", "5"}) {
		t.Errorf("%q, %v, %+v, %v", lines, got.codes(), got.proof, got.err)
	}
}

// TestProof: a file is complete when it says so itself, by its end or by a count.
func TestProof(t *testing.T) {
	t.Parallel()
	const rows = "no;title;weight\n1;a;1\n2;b;2\n"
	tests := map[string]struct {
		content  string
		settings []string
		complete bool
	}{
		"a last line with its end":     {rows, nil, true},
		"a last line without its end":  {rows[:len(rows)-1], nil, false},
		"sixteen bits without the end": {wide(rows[:len(rows)-1]), nil, false},
		"sixteen bits":                 {wide(rows), nil, true},
		"no rows":                      {"no;title;weight\n", nil, true},
		"a trailer that counts right":  {rows + "END;2;\n", []string{"trailer", "END"}, true},
		"a trailer without its end":    {rows + "END;2", []string{"trailer", "END"}, true},
		"a trailer that counts wrong":  {rows + "END;3;\n", []string{"trailer", "END"}, false},
		"a trailer that is missing":    {rows, []string{"trailer", "END"}, false},
		"no rows and no trailer":       {"no;title;weight\n", []string{"trailer", "END"}, false},
		"rows after the trailer":       {rows + "END;3;\n3;c;3\n", []string{"trailer", "END"}, false},
		"a quotation mark to the end":  {rows + "3;\"c;3\n4;d;4\n", nil, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFolder(t)
			f.write(t, "parts.csv", tt.content, 0)
			got := read(t, f.options(f.system(parts(), tt.settings...)), "")
			if got.err != nil || got.proof.Complete != tt.complete || got.proof.Complete != (got.proof.Why == "") || got.proof.Complete != (got.proof.Watermark != "") {
				t.Errorf("%+v", got)
			}
		})
	}
}

// TestWhichFile: the newest that is complete is read, and none that lies elsewhere.
func TestWhichFile(t *testing.T) {
	t.Parallel()
	const one = "no;title;weight\nOLD;a;1\n"
	const two = "no;title;weight\nNEW;a;1\n"
	tests := map[string]struct {
		arrange  func(t *testing.T, f *folder)
		settings []string
		want     domain.Code // "" means none
		code     string
	}{
		"the newer one":                   {func(t *testing.T, f *folder) { f.write(t, "parts2.csv", one, 0); f.write(t, "parts1.csv", two, 1) }, nil, "NEW", ""},
		"of two as old, the last by name": {func(t *testing.T, f *folder) { f.write(t, "parts1.csv", one, 0); f.write(t, "parts2.csv", two, 0) }, nil, "NEW", ""},
		"one that still grows": {func(t *testing.T, f *folder) {
			f.write(t, "parts1.csv", one, 0)
			f.write(t, "parts2.csv", two, 1)
			f.between = func() { f.write(t, "parts2.csv", two+"2;b;2\n", 1) }
		}, nil, "OLD", ""},
		"one that is written anew": {func(t *testing.T, f *folder) {
			f.write(t, "parts2.csv", two, 1)
			f.between = func() { f.write(t, "parts2.csv", two, 2) }
		}, nil, "", domain.CodeSystemUnreachable},
		"one that goes": {func(t *testing.T, f *folder) {
			f.write(t, "parts1.csv", one, 0)
			f.write(t, "parts2.csv", two, 1)
			f.between = func() { _ = os.Remove(filepath.Join(f.dir, "parts2.csv")) }
		}, nil, "OLD", ""},
		"one with a mark": {func(t *testing.T, f *folder) {
			f.write(t, "parts1.csv", one, 0)
			f.write(t, "parts1.csv.done", "", 0)
			f.write(t, "parts2.csv", two, 1)
		}, []string{"ready", "done"}, "OLD", ""},
		"a mark that is too old": {func(t *testing.T, f *folder) {
			f.write(t, "parts1.csv", one, 2)
			f.write(t, "parts1.csv.done", "", 1)
		}, []string{"ready", "done"}, "", domain.CodeSystemUnreachable},
		"nothing":           {func(*testing.T, *folder) {}, nil, "", domain.CodeSystemUnreachable},
		"other names alone": {func(t *testing.T, f *folder) { f.write(t, "orders.csv", one, 0) }, nil, "", domain.CodeSystemUnreachable},
		"no folder":         {func(_ *testing.T, f *folder) { f.dir += "/elsewhere" }, nil, "", domain.CodeSystemUnreachable},
		"young enough":      {func(t *testing.T, f *folder) { f.write(t, "parts.csv", one, 0) }, []string{"max_age", "11h"}, "OLD", ""},
		"too old":           {func(t *testing.T, f *folder) { f.write(t, "parts.csv", one, 0) }, []string{"max_age", "9h"}, "", domain.CodeSystemUnreachable},
		"a folder of that name": {func(t *testing.T, f *folder) {
			f.write(t, "parts1.csv", one, 0)
			if err := os.Mkdir(filepath.Join(f.dir, "parts2.csv"), 0o700); err != nil {
				t.Fatal(err)
			}
		}, nil, "OLD", ""},
		"a link inside": {func(t *testing.T, f *folder) {
			f.write(t, "x.csv", one, 0)
			link(t, "x.csv", filepath.Join(f.dir, "parts.csv"))
		}, nil, "OLD", ""},
		"a link that leads out": {func(t *testing.T, f *folder) {
			outside := newFolder(t)
			outside.write(t, "secret.csv", one, 0)
			link(t, filepath.Join(outside.dir, "secret.csv"), filepath.Join(f.dir, "parts.csv"))
		}, nil, "", domain.CodeSystemDenied},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFolder(t)
			tt.arrange(t, f)
			got := read(t, f.options(f.system(parts(), tt.settings...)), "")
			if domain.ErrorCode(got.err) != tt.code {
				t.Fatalf("%v, wanted %q", got.err, tt.code)
			}
			if tt.want != "" && !slices.Equal(got.codes(), []domain.Code{tt.want}) {
				t.Errorf("%v", got.codes())
			}
		})
	}
}

func link(t *testing.T, old, name string) {
	t.Helper()
	if err := os.Symlink(old, name); err != nil {
		t.Skip("this system has no links")
	}
}

// TestUnchanged: the same file again only names its records; anything that would make other records of it brings them anew.
func TestUnchanged(t *testing.T) {
	t.Parallel()
	const content = "no;title;weight\n1;a;1\n2;b;x\n"
	tests := map[string]struct {
		arrange   func(t *testing.T, f *folder, s *domain.SourceSystem)
		unchanged bool
	}{
		"the same file":        {func(*testing.T, *folder, *domain.SourceSystem) {}, true},
		"another content":      {func(t *testing.T, f *folder, _ *domain.SourceSystem) { f.write(t, "parts.csv", content+"3;c;3\n", 0) }, false},
		"written again":        {func(t *testing.T, f *folder, _ *domain.SourceSystem) { f.write(t, "parts.csv", content, 1) }, false},
		"another expression":   {func(_ *testing.T, _ *folder, s *domain.SourceSystem) { s.Streams[0].Fields["name"] = `title + "!"` }, false},
		"another decimal sign": {func(_ *testing.T, _ *folder, s *domain.SourceSystem) { s.Settings["decimal"] = "comma" }, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFolder(t)
			f.write(t, "parts.csv", content, 0)
			system := f.system(parts())
			first := read(t, f.options(system), "")
			if !first.proof.Complete || first.rows[0].Unchanged || first.rows[0].Record.Token == "" {
				t.Fatalf("%+v", first)
			}
			tt.arrange(t, f, &system)
			again := read(t, f.options(system), first.proof.Watermark)
			if again.err != nil || !again.proof.Complete || len(again.rejected) != 1 || again.rejected[0].Code != "2" {
				t.Fatalf("%+v", again)
			}
			row := again.rows[0]
			if row.Unchanged != tt.unchanged || row.Record.Code != "1" || (len(row.Record.Attributes) == 0) != tt.unchanged {
				t.Errorf("%+v", row)
			}
		})
	}
}

// TestChangedWhileRead: a file that becomes another one between two passes proves nothing.
func TestChangedWhileRead(t *testing.T) {
	t.Parallel()
	f := newFolder(t)
	content := "no;title;weight\n" + strings.Repeat("1;a;1\n", 40_000)
	f.write(t, "parts.csv", content, 0)
	source, err := file.New(f.options(f.system(parts(), "decimal", "point")))
	if err != nil {
		t.Fatal(err)
	}
	first := true
	proof, err := source.Read(t.Context(), reconcile.ReadRequest{Definition: connecttest.Item()}, func(reconcile.Page) error {
		if first {
			f.write(t, "parts.csv", content+strings.Repeat("2;b;2\n", 20_000), 0)
		}
		first = false
		return nil
	})
	if err != nil || proof.Complete || proof.Watermark != "" {
		t.Errorf("%+v, %v", proof, err)
	}
}

func TestGivenUp(t *testing.T) {
	t.Parallel()
	f := newFolder(t)
	f.write(t, "parts.csv", "no;title;weight\n", 0)
	o := f.options(f.system(parts()))
	o.Wait = func(context.Context, time.Duration) error { return context.Canceled }
	if got := read(t, o, ""); domain.ErrorCode(got.err) != domain.CodeSystemUnreachable || !errors.Is(got.err, context.Canceled) {
		t.Errorf("%v", got.err)
	}
}

func TestCheckSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		arrange func(t *testing.T, f *folder)
		failed  string
	}{
		"no folder":             {func(_ *testing.T, f *folder) { f.dir += "/elsewhere" }, "reach"},
		"no file":               {func(*testing.T, *folder) {}, "read one item"},
		"a column that is gone": {func(t *testing.T, f *folder) { f.write(t, "parts.csv", "no;weight\n", 0) }, "read one item"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFolder(t)
			tt.arrange(t, f)
			source, err := file.New(f.options(f.system(parts())))
			if err != nil {
				t.Fatal(err)
			}
			steps := source.Check(t.Context())
			if last := steps[len(steps)-1]; last.OK || last.Name != tt.failed || last.Hint == "" {
				t.Errorf("%+v", steps)
			}
		})
	}
}
