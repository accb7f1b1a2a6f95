package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"

	"github.com/jackc/pgx/v5"
)

// postgresLab has a schema of its own, for the service's tables and the baselines' alike.
type postgresLab struct {
	conn   *pgx.Conn
	schema string
	opens  string
}

func openPostgresLab(ctx context.Context, database string) (lab, error) {
	address, err := url.Parse(database)
	if err != nil {
		return nil, errors.New("the database's address is not a valid postgres:// URL")
	}
	schema := fmt.Sprintf("crosswalk_bench_%d", os.Getpid())
	query := address.Query()
	query.Set("search_path", schema)
	address.RawQuery = query.Encode()
	conn, err := pgx.Connect(ctx, address.String())
	if err != nil {
		return nil, errors.New("the database cannot be reached")
	}
	l := &postgresLab{conn: conn, schema: schema, opens: address.String()}
	return l, l.exec(ctx, "CREATE SCHEMA "+schema)
}

func (l *postgresLab) address() string { return l.opens }

func (l *postgresLab) exec(ctx context.Context, statements ...string) error {
	for _, one := range statements {
		if _, err := l.conn.Exec(ctx, one); err != nil {
			return fmt.Errorf("%s: %w", one, err)
		}
	}
	return nil
}

func (l *postgresLab) copyInto(ctx context.Context, table string, rows io.Reader) error {
	err := l.exec(ctx, "CREATE TABLE IF NOT EXISTS "+table+` (key text COLLATE "C" NOT NULL, hash text COLLATE "C" NOT NULL, text text NOT NULL)`)
	if err != nil {
		return err
	}
	return l.copy(ctx, "COPY "+table+" (key, hash, text) FROM STDIN", rows)
}

func (l *postgresLab) copyRecords(ctx context.Context, rows io.Reader) error {
	err := l.exec(ctx, "CREATE TABLE load (LIKE source_record INCLUDING ALL)", `ALTER TABLE load ALTER domain SET DEFAULT 'item',
		ALTER system SET DEFAULT 'bench', ALTER code SET DEFAULT '', ALTER active SET DEFAULT true, ALTER token SET DEFAULT '',
		ALTER duplicated SET DEFAULT false, ALTER read_at SET DEFAULT 1, ALTER changed_at SET DEFAULT 1, ALTER gone_at SET DEFAULT 0`)
	if err != nil {
		return err
	}
	if err := l.copy(ctx, "COPY load (code_key, hash, attributes) FROM STDIN", rows); err != nil {
		return err
	}
	return l.exec(ctx, "DROP TABLE load")
}

// copy hands the lines to the server as they are: they are what COPY reads.
func (l *postgresLab) copy(ctx context.Context, statement string, rows io.Reader) error {
	if _, err := l.conn.PgConn().CopyFrom(ctx, rows, statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}

func (l *postgresLab) join(ctx context.Context, golden, source string) (int, error) {
	rows := l.conn.PgConn().ExecParams(ctx, strings.NewReplacer("GOLDEN", golden, "SOURCE", source).Replace(
		`SELECT coalesce(g.key, s.key), g.text, s.text FROM GOLDEN g FULL JOIN SOURCE s ON s.key = g.key WHERE g.hash IS DISTINCT FROM s.hash`), nil, nil, nil, nil)
	differing := 0
	for rows.NextRow() {
		differing++
	}
	if _, err := rows.Close(); err != nil {
		return 0, fmt.Errorf("join: %w", err)
	}
	return differing, nil
}

func (l *postgresLab) govern(ctx context.Context, table string) error {
	if err := l.exec(ctx, governing(table, postgresID)...); err != nil {
		return err
	}
	// As the server would do by itself a minute later.
	return l.exec(ctx, "ANALYZE golden_record", "ANALYZE code_mapping", "ANALYZE plant_use", "ANALYZE source_record")
}

// postgresID makes an ID of a digit and n.
const postgresID = "('%d'||lpad(to_hex(n),31,'0'))::uuid"

func (l *postgresLab) raise(ctx context.Context, count int) error {
	return l.exec(ctx, raising(fmt.Sprintf("generate_series(1, %d) n", count), postgresID), "ANALYZE discrepancy")
}

func (l *postgresLab) close() error {
	ctx := context.Background()
	return errors.Join(l.exec(ctx, "DROP SCHEMA "+l.schema+" CASCADE"), l.conn.Close(ctx))
}
