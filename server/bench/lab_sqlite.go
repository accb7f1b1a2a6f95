package bench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite" // the driver that the service uses as well
)

// sqliteLab keeps the baselines in a file beside the service's, so that they do not change it.
type sqliteLab struct {
	folder   string
	baseline *sql.DB
}

func openSQLiteLab(ctx context.Context, below string) (lab, error) {
	folder, err := os.MkdirTemp(below, "crosswalk-bench-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the benchmark: %w", err)
	}
	address := (&url.URL{Scheme: "file", Path: filepath.Join(folder, "baseline.db")}).String() + "?_pragma=journal_mode(WAL)&_pragma=busy_timeout(60000)"
	db, err := sql.Open("sqlite", address)
	if err != nil {
		return nil, fmt.Errorf("open the baseline's database: %w", err)
	}
	db.SetMaxOpenConns(1)
	l := &sqliteLab{folder: folder, baseline: db}
	return l, l.exec(ctx, "CREATE TABLE attached (one TEXT)")
}

func (l *sqliteLab) main() string    { return filepath.Join(l.folder, "crosswalk.db") }
func (l *sqliteLab) address() string { return "sqlite:" + l.main() }

func (l *sqliteLab) exec(ctx context.Context, statements ...string) error {
	for _, one := range statements {
		if _, err := l.baseline.ExecContext(ctx, one); err != nil {
			return fmt.Errorf("%s: %w", one, err)
		}
	}
	return nil
}

// withService runs do with the service's file attached under the name service.
func (l *sqliteLab) withService(ctx context.Context, do func() error) error {
	if _, err := l.baseline.ExecContext(ctx, "ATTACH ? AS service", l.main()); err != nil {
		return fmt.Errorf("attach the service's file: %w", err)
	}
	return errors.Join(do(), l.exec(ctx, "DETACH service"))
}

func (l *sqliteLab) copyInto(ctx context.Context, table string, rows io.Reader) error {
	err := l.exec(ctx, "CREATE TABLE IF NOT EXISTS "+table+" (key TEXT PRIMARY KEY, hash TEXT NOT NULL, text TEXT NOT NULL)")
	if err != nil {
		return err
	}
	return l.insert(ctx, "INSERT INTO "+table+" (key, hash, text) VALUES ", "(?,?,?)", rows)
}

func (l *sqliteLab) copyRecords(ctx context.Context, rows io.Reader) error {
	err := l.withService(ctx, func() error {
		made, err := l.texts(ctx, "SELECT sql FROM service.sqlite_master WHERE tbl_name = 'source_record' AND sql IS NOT NULL ORDER BY type DESC")
		if err != nil {
			return err
		}
		return l.exec(ctx, made...)
	})
	if err != nil {
		return err
	}
	return l.insert(ctx, `INSERT INTO source_record (code_key, hash, attributes, domain, system, code, active, token, duplicated, read_at, changed_at, gone_at) VALUES `,
		"(?,?,?,'item','bench','',true,'',false,1,1,0)", rows)
}

func (l *sqliteLab) texts(ctx context.Context, query string) ([]string, error) {
	rows, err := l.baseline.QueryContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", query, err)
	}
	defer func() { _ = rows.Close() }()
	var found []string
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			return nil, fmt.Errorf("%s: %w", query, err)
		}
		found = append(found, one)
	}
	return found, rows.Err()
}

// insertMany is how many rows one statement of the baseline takes.
const insertMany = 50

// insert repeats a prepared statement of many rows in one transaction.
func (l *sqliteLab) insert(ctx context.Context, into, row string, rows io.Reader) error {
	statement := func(count int) string { return into + strings.TrimSuffix(strings.Repeat(row+",", count), ",") }
	tx, err := l.baseline.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("insert rows: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	many, err := tx.PrepareContext(ctx, statement(insertMany))
	if err != nil {
		return fmt.Errorf("insert rows: %w", err)
	}
	defer func() { _ = many.Close() }()
	values := make([]any, 0, 3*insertMany)
	err = eachLine(rows, func(key, hash, text []byte) error {
		if values = append(values, string(key), string(hash), string(text)); len(values) < 3*insertMany {
			return nil
		}
		_, err := many.ExecContext(ctx, values...)
		values = values[:0]
		return err
	})
	if err == nil && len(values) > 0 {
		_, err = tx.ExecContext(ctx, statement(len(values)/3), values...)
	}
	if err != nil {
		return fmt.Errorf("insert rows: %w", err)
	}
	return tx.Commit()
}

// join spells the full join out: SQLite's own is far slower on tables of this size.
func (l *sqliteLab) join(ctx context.Context, golden, source string) (int, error) {
	rows, err := l.baseline.QueryContext(ctx, strings.NewReplacer("GOLDEN", golden, "SOURCE", source).Replace(
		`SELECT g.key, g.text, s.text FROM GOLDEN g LEFT JOIN SOURCE s ON s.key = g.key WHERE s.key IS NULL OR s.hash <> g.hash
		UNION ALL SELECT s.key, NULL, s.text FROM SOURCE s WHERE NOT EXISTS (SELECT 1 FROM GOLDEN g WHERE g.key = s.key)`))
	if err != nil {
		return 0, fmt.Errorf("join: %w", err)
	}
	defer func() { _ = rows.Close() }()
	differing := 0
	for ; rows.Next(); differing++ {
		var key, one, other sql.RawBytes
		if err := rows.Scan(&key, &one, &other); err != nil {
			return 0, fmt.Errorf("join: %w", err)
		}
	}
	return differing, rows.Err()
}

func (l *sqliteLab) govern(ctx context.Context, table string) error {
	return l.withService(ctx, func() error {
		statements := governing("main."+table, sqliteID)
		for i, one := range statements {
			statements[i] = strings.Replace(one, "INSERT INTO ", "INSERT INTO service.", 1)
			statements[i] = strings.Replace(statements[i], "change_counter.seq + 1", "seq + 1", 1)
		}
		return l.exec(ctx, statements...)
	})
}

// sqliteID makes an ID of a digit and n.
const sqliteID = "unhex(printf('%d%%031x', n))"

func (l *sqliteLab) raise(ctx context.Context, count int) error {
	numbers := fmt.Sprintf("(WITH RECURSIVE one (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM one WHERE n < %d) SELECT n FROM one) numbers", count)
	return l.withService(ctx, func() error {
		return l.exec(ctx, strings.Replace(raising(numbers, sqliteID), "INSERT INTO ", "INSERT INTO service.", 1))
	})
}

func (l *sqliteLab) close() error {
	return errors.Join(l.baseline.Close(), os.RemoveAll(l.folder))
}
