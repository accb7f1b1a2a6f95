package bench

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/matching"
)

// matchTable is a table with the row number of each ID.
type matchTable struct {
	table matching.Table
	row   map[string]int
}

// labelled is a line of a file of pairs.
type labelled struct {
	left, right string
	match       bool
}

// maxRows bounds a file that is read.
const maxRows = 20_000_000

// readRows reads a CSV file row by row.
func readRows(ctx context.Context, path string, row func(cells []string) error) error {
	file, err := os.Open(path) // #nosec G304 -- the person at the command line names the file
	if err != nil {
		return domain.Unavailable(err, domain.CodeConfigInvalid, "the file cannot be read")
	}
	defer func() { _ = file.Close() }()
	reader := csv.NewReader(file)
	reader.FieldsPerRecord, reader.LazyQuotes = -1, true
	for rows := 0; ; rows++ {
		cells, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil || rows > maxRows {
			return domain.Invalid(domain.CodeConfigInvalid, "%s is not a CSV file that can be read: %v", path, err)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := row(cells); err != nil {
			return err
		}
	}
}

// readTable reads a table whose first column is the ID. An ID given twice is read once.
func (c *MatchRun) readTable(ctx context.Context, path string) (matchTable, error) {
	s := matchTable{row: map[string]int{}}
	err := readRows(ctx, path, func(cells []string) error {
		if s.table.Names == nil {
			s.table.Names = slices.Clone(cells[1:])
			return nil
		}
		if _, twice := s.row[cells[0]]; twice {
			return nil
		}
		s.row[cells[0]] = len(s.table.Records)
		s.table.Records = append(s.table.Records, matching.Record{ID: cells[0], Values: slices.Clone(cells[1:])})
		return nil
	})
	if err != nil {
		return s, err
	}
	if len(s.table.Names) == 0 {
		return s, domain.Invalid(domain.CodeConfigInvalid, "%s has no columns beside the ID", path)
	}
	return s, c.giveKinds(&s.table)
}

// giveKinds replaces inferred kinds by those of the command line.
func (c *MatchRun) giveKinds(t *matching.Table) error {
	if c.kinds == "" {
		return nil
	}
	t.Kinds = matching.InferKinds(t.Names, t.Records)
	for _, given := range strings.Split(c.kinds, ",") {
		name, kindName, _ := strings.Cut(given, "=")
		kind, known := matching.ParseKind(kindName)
		if !known {
			return domain.Invalid(domain.CodeConfigInvalid, "%q is no kind of column", kindName)
		}
		if at := slices.Index(t.Names, name); at >= 0 {
			t.Kinds[at] = kind
		}
	}
	return nil
}

func (c *MatchRun) readTables(ctx context.Context) (left, right matchTable, err error) {
	if left, err = c.readTable(ctx, c.left); err != nil {
		return left, right, err
	}
	right, err = c.readTable(ctx, c.right)
	return left, right, err
}

// readPairs reads left_id,right_id and, where there is one, the label.
func readPairs(ctx context.Context, path string) ([]labelled, error) {
	var pairs []labelled
	head := true
	err := readRows(ctx, path, func(cells []string) error {
		if head {
			head = false
			return nil
		}
		if len(cells) < 2 {
			return domain.Invalid(domain.CodeConfigInvalid, "%s has a line without two IDs", path)
		}
		pairs = append(pairs, labelled{left: cells[0], right: cells[1], match: len(cells) < 3 || cells[2] == "1"})
		return nil
	})
	return pairs, err
}
