package demo

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/fixtures"
)

// plantFile is a spreadsheet that somebody saves as CSV into a folder, with a mark when it is complete.
type plantFile struct {
	dir   string
	saved int
	// header are the columns' names, in the order of cells.
	header []string
}

func openPlantFile(dir string) (*plantFile, error) {
	return &plantFile{dir: dir, header: []string{"Indeks", "Nazwa", "JM", "Masa kg", "EAN", "Partia", "Status"}}, os.Mkdir(dir, 0o700)
}

// publish saves a new file and takes the one before away.
func (p *plantFile) publish(_ context.Context, rows []fixtures.PlantRow) error {
	table := [][]string{p.header}
	for _, row := range rows {
		status := "A"
		if row.Blocked {
			status = "Z"
		}
		table = append(table, []string{row.Code, row.Name, row.Unit, row.Weight, row.GTIN, row.Tracking, status})
	}
	var file bytes.Buffer
	writer := csv.NewWriter(&file)
	writer.Comma, writer.UseCRLF = ';', true
	if err := writer.WriteAll(table); err != nil {
		return err
	}
	if err := p.clear(); err != nil {
		return err
	}
	p.saved++
	name := filepath.Join(p.dir, fmt.Sprintf("indeksy_%04d.csv", p.saved))
	if err := os.WriteFile(name, file.Bytes(), 0o600); err != nil {
		return err
	}
	return os.WriteFile(name+".done", nil, 0o600)
}

// clear empties the folder.
func (p *plantFile) clear() error {
	entries, err := os.ReadDir(p.dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if err := os.Remove(filepath.Join(p.dir, entry.Name())); err != nil {
			return err
		}
	}
	return nil
}

// newest is the path of the file that is read.
func (p *plantFile) newest() string {
	return filepath.Join(p.dir, fmt.Sprintf("indeksy_%04d.csv", p.saved))
}

func (p *plantFile) describe() map[string]any {
	return map[string]any{
		"name": "Spreadsheet Gliwice", "kind": "file",
		"settings": map[string]string{"dir": p.dir, "ready": "done", "decimal": "comma", "delimiter": ";", "encoding": "utf-8"},
		"streams": []any{map[string]any{
			"domain": "item", "glob": "indeksy_*.csv", "key": "Indeks", "active": `Status != "Z"`,
			"fields": map[string]string{
				"name": "Nazwa", "gtin": "EAN", "net_weight": `$env["Masa kg"]`,
				"base_unit": `{"szt": "C62", "kg": "KGM", "mb": "MTR"}[text(JM)] ?? ("?" + text(JM))`,
				"tracking":  `{"P": "lot", "S": "serial"}[text(Partia)] ?? "none"`,
			},
		}},
	}
}

func (p *plantFile) spoil(_ context.Context, kind fixtures.FaultKind) error {
	if kind == fixtures.FaultNoFile {
		return p.clear()
	}
	if kind == fixtures.FaultColumn {
		return p.rewrite(func(text string) string { return strings.Replace(text, ";EAN;", ";EAN stary;", 1) })
	}
	return unknownFault(kind)
}

// rewrite changes the text of the file that is read.
func (p *plantFile) rewrite(change func(string) string) error {
	text, err := os.ReadFile(p.newest())
	if err != nil {
		return err
	}
	if err := os.WriteFile(p.newest(), []byte(change(string(text))), 0o600); err != nil {
		return err
	}
	return os.WriteFile(p.newest()+".done", nil, 0o600)
}

// mend has nothing to do: the next file is as it should be.
func (p *plantFile) mend(context.Context) error { return nil }

func (p *plantFile) close() error { return nil }
