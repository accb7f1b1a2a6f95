package store_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/store"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for phrase, address := range map[string]string{
		"nothing": "", "another database": "mysql://localhost/x", "a file without scheme": "/tmp/x.db",
		"no file": "sqlite:", "memory": "sqlite::memory:", "a damaged address": "postgres://u:secret@host:port/x",
	} {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			_, err := store.Open(t.Context(), address)
			wantCode(t, err, domain.CodeConfigInvalid)
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the error tells the password: %v", err)
			}
		})
	}
	t.Run("a server that is not there", func(t *testing.T) {
		t.Parallel()
		_, err := store.Open(t.Context(), "postgres://u:secret@127.0.0.1:1/x?connect_timeout=2")
		wantCode(t, err, domain.CodeStoreDown)
	})
}

// TestOpenTwice opens one database a second time: refused on a file, a replica on a server.
func TestOpenTwice(t *testing.T) {
	t.Parallel()
	storetest.EachAddress(t, func(t *testing.T, address string) {
		const openers = 12
		stores := make([]*store.Store, openers)
		codes := together(len(stores), func(i int) (err error) {
			stores[i], err = store.Open(t.Context(), address)
			return err
		})
		stores = slices.DeleteFunc(stores, func(s *store.Store) bool { return s == nil })
		want := map[string]int{"": openers}
		if strings.HasPrefix(address, "sqlite:") {
			want = map[string]int{"": 1, domain.CodeStoreBusy: openers - 1}
		}
		same(t, count(codes), want)
		id := addRecord(t, stores[0], "1", "one").ID
		for _, s := range stores {
			if _, err := s.Read().Records.ByID(t.Context(), id); err != nil {
				t.Error(err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			_, err := s.Read().Records.ByID(t.Context(), id)
			wantCode(t, err, domain.CodeStoreDown)
		}
		again := must(store.Open(t.Context(), address))(t)
		if _, err := again.Read().Records.ByID(t.Context(), id); err != nil {
			t.Errorf("after it was opened again: %v", err)
		}
		if err := again.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestMigrate(t *testing.T) {
	t.Parallel()
	storetest.EachAddress(t, func(t *testing.T, address string) {
		s := must(store.Open(t.Context(), address))(t)
		t.Cleanup(func() { _ = s.Close() })
		before := columns(t, s)
		if err := s.Migrate(t.Context()); err != nil {
			t.Errorf("a second time: %v", err)
		}
		same(t, columns(t, s), before)
		s.Tamper(t, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, true)")
		wantCode(t, s.Migrate(t.Context()), domain.CodeConfigInvalid)
	})
}

func TestClock(t *testing.T) {
	t.Parallel()
	instant := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		if now := must(s.Now(t.Context()))(t); now.Time() != instant {
			t.Errorf("the clock says %v", now)
		}
		if record := addRecord(t, s, "1", "one"); record.ChangedAt.Time() != instant {
			t.Errorf("the record was changed at %v", record.ChangedAt)
		}
	}, store.WithClock(func() time.Time { return instant }))
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		if now := must(s.Now(t.Context()))(t); time.Since(now.Time()).Abs() > time.Minute {
			t.Errorf("the clock of this very machine says %v", now)
		}
	})
}

// column is what both databases must agree on.
type column struct {
	Relation string
	Name     string
	Nullable bool
}

// unique is one unique key: its columns in order, and whether it holds for some rows only.
type unique struct {
	Relation string
	Columns  string
	Partial  bool
}

func columns(t testing.TB, s *store.Store) []column {
	t.Helper()
	query := `SELECT m.name AS relation, c.name AS name, c."notnull" = 0 AS nullable FROM sqlite_master m, pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE 'goose_%'
		UNION ALL SELECT m.name, c.name, c."notnull" = 0 FROM staging.sqlite_master m, pragma_table_info(m.name, 'staging') c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY 1`
	if s.Dialect() == "postgres" {
		query = `SELECT table_name AS relation, column_name AS name, is_nullable = 'YES' AS nullable FROM information_schema.columns
			WHERE table_schema = current_schema() AND table_name NOT LIKE 'goose_%' AND table_name <> 'migration_lock'
			ORDER BY table_name COLLATE "C", ordinal_position`
	}
	return store.Ask[column](context.WithoutCancel(t.Context()), t, s, query)
}

func uniques(t testing.TB, s *store.Store) []unique {
	t.Helper()
	query := `SELECT m.name AS relation, (SELECT group_concat(c.name, ',') FROM pragma_index_info(i.name) c) AS columns, i.partial = 1 AS partial
		FROM sqlite_master m, pragma_index_list(m.name) i
		WHERE m.type = 'table' AND i."unique" = 1 AND m.name NOT LIKE 'goose_%'
		UNION ALL SELECT m.name, (SELECT group_concat(c.name, ',') FROM pragma_index_info(i.name, 'staging') c), i.partial = 1
		FROM staging.sqlite_master m, pragma_index_list(m.name, 'staging') i WHERE m.type = 'table' AND i."unique" = 1 ORDER BY 1, 2`
	if s.Dialect() == "postgres" {
		query = `SELECT * FROM (SELECT r.relname::text COLLATE "C" AS relation, x.indpred IS NOT NULL AS partial,
			(SELECT string_agg(a.attname::text, ',' ORDER BY k.n) FROM unnest(x.indkey::int2[]) WITH ORDINALITY k (num, n)
				JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = k.num) COLLATE "C" AS columns
			FROM pg_index x JOIN pg_class r ON r.oid = x.indrelid
			WHERE x.indisunique AND r.relnamespace = current_schema()::regnamespace) keys
			WHERE relation NOT LIKE 'goose_%' AND relation <> 'migration_lock' ORDER BY relation, columns`
	}
	return store.Ask[unique](t.Context(), t, s, query)
}

// TestSchemasAreEqual holds the two folders of migrations to the same tables, columns and unique keys.
func TestSchemasAreEqual(t *testing.T) {
	t.Parallel()
	reference := storetest.New(t)
	wantColumns, wantUniques := columns(t, reference), uniques(t, reference)
	if len(wantColumns) < 200 || len(wantUniques) < 30 {
		t.Fatalf("%d columns and %d unique keys were found", len(wantColumns), len(wantUniques))
	}
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		same(t, columns(t, s), wantColumns)
		same(t, uniques(t, s), wantUniques)
	})
}
