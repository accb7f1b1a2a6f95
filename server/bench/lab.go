package bench

import (
	"context"
	"fmt"
	"io"
	"strings"
)

// lab is the database of one benchmark: the service's own and, beside it, what the baselines work on. Baselines and the
// governed records come straight from SQL: only what is measured goes through the service.
type lab interface {
	// address is what the service opens.
	address() string
	// copyInto adds generated lines to a table (key, hash, text), made if it is not there, by the fastest way there is.
	copyInto(ctx context.Context, table string, rows io.Reader) error
	// copyRecords adds them to a table that is as source_record is, with its indexes.
	copyRecords(ctx context.Context, rows io.Reader) error
	// join is the full join of two such tables where the hash differs, read to the end; it returns how many rows differ.
	join(ctx context.Context, golden, source string) (int, error)
	// govern makes the records of such a table golden, mapped and used by the plant.
	govern(ctx context.Context, table string) error
	// raise opens so many discrepancies.
	raise(ctx context.Context, count int) error
	close() error
}

// openLab opens the lab of a database: postgres://… in a schema of its own, which is dropped at the end, or files in a
// temporary folder below the one that sqlite:FOLDER names.
func openLab(ctx context.Context, database string) (lab, error) {
	if folder, ok := strings.CutPrefix(database, "sqlite:"); ok || database == "" {
		return openSQLiteLab(ctx, folder)
	}
	return openPostgresLab(ctx, database)
}

// dialectOf names the database of an address.
func dialectOf(database string) string {
	if strings.HasPrefix(database, "postgres") {
		return "postgres"
	}
	return "sqlite"
}

// The statements by which records become governed. ID stands for an ID made of a number n, which differs with the digit.
const (
	governGolden = `INSERT INTO golden_record (id, domain, state, code, code_fold, name_fold, attributes, version, seq, changed_at)
		SELECT ID1, 'item', 'active', key, lower(key), '', text, 1, 1, 1 FROM (SELECT key, text, row_number() OVER (ORDER BY key) AS n FROM TABLE) t`
	governMapping = `INSERT INTO code_mapping (id, domain, system, plant, code_type, code, code_key, code_fold, record, relation, state,
		valid_from, valid_to, basis, default_out, version, seq)
		SELECT ID2, 'item', 'bench', 'BEN1', 'internal', key, key, lower(key), ID1, 'equivalent', 'active', '2020-01-01', '', 'person', true, 1, 1
		FROM (SELECT key, row_number() OVER (ORDER BY key) AS n FROM TABLE) t`
	governUse = `INSERT INTO plant_use (record, plant, domain, state, valid_from, valid_to, source, version)
		SELECT ID1, 'BEN1', 'item', 'active', '2020-01-01', '', 'declared', 1
		FROM (SELECT key, row_number() OVER (ORDER BY key) AS n FROM TABLE) t`
	governCounter = `INSERT INTO change_counter (domain, seq) VALUES ('item', 1) ON CONFLICT (domain) DO UPDATE SET seq = change_counter.seq + 1`
)

// governing returns the statements with the dialect's ID, a format with the digit and n.
func governing(table, id string) []string {
	made := make([]string, 0, 4)
	for _, statement := range []string{governGolden, governMapping, governUse, governCounter} {
		made = append(made, strings.NewReplacer("TABLE", table, "ID1", fmt.Sprintf(id, 1), "ID2", fmt.Sprintf(id, 2)).Replace(statement))
	}
	return made
}

// raised opens a discrepancy for each n that NUMBERS gives.
const raised = `INSERT INTO discrepancy (id, identity, domain, system, plant, class, attribute, line, code, label, search_fold, pattern, golden,
	source, golden_version, source_hash, read_at, state, first_seen, last_seen, remedy, fixed_at, accepted_until, note, version)
	SELECT ID3, 'bench|' || n, 'item', 'bench', 'BEN1', 'value', 'name', '', 'I' || n, 'Hexagon screw ' || n, 'hexagon screw ' || n,
	'item|bench|value|name|' || (n % 40), '{"text":"Hexagon screw"}', '{"text":"Hex screw"}', 1, 'h', 1, 'open', n % 5000, 1, '', 0, '', '', 1
	FROM NUMBERS`

// raising returns the statement with the dialect's ID and its way of counting.
func raising(numbers, id string) string {
	return strings.NewReplacer("NUMBERS", numbers, "ID3", fmt.Sprintf(id, 3)).Replace(raised)
}
