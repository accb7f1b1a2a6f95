// Package storetest gives tests a store of their own: on SQLite always, on PostgreSQL where one is named. It must not be
// used by production code.
package storetest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/store"
)

// The environment that says where PostgreSQL is, and whether tests may do without it.
const (
	PostgresVariable = "CROSSWALK_TEST_POSTGRES"
	RequireVariable  = "CROSSWALK_TEST_REQUIRE_POSTGRES"
)

// New returns an empty store in a SQLite file of the test's own folder; it is closed when the test ends.
func New(t testing.TB, opts ...store.Option) *store.Store {
	t.Helper()
	return open(t, SQLiteAddress(t), opts...)
}

// SQLiteAddress names a database file in the test's own folder that does not exist yet.
func SQLiteAddress(t testing.TB) string {
	t.Helper()
	return "sqlite:" + filepath.Join(t.TempDir(), "crosswalk.db")
}

// Each runs a test on SQLite and, where CROSSWALK_TEST_POSTGRES names one, on PostgreSQL in a schema of its own. With
// CROSSWALK_TEST_REQUIRE_POSTGRES=1 a missing PostgreSQL fails the test.
func Each(t *testing.T, test func(t *testing.T, s *store.Store), opts ...store.Option) {
	t.Helper()
	EachAddress(t, func(t *testing.T, address string) { test(t, open(t, address, opts...)) })
}

// EachAddress is Each for tests that open the empty database themselves, perhaps more than once.
func EachAddress(t *testing.T, test func(t *testing.T, address string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, SQLiteAddress(t))
	})
	if os.Getenv(PostgresVariable) == "" && os.Getenv(RequireVariable) != "1" {
		return
	}
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, PostgresAddress(t))
	})
}

// PostgresAddress makes an empty schema, which is dropped when the test ends, and returns the address that leads there.
func PostgresAddress(t testing.TB) string {
	t.Helper()
	server := os.Getenv(PostgresVariable)
	if server == "" {
		t.Fatalf("%s names no PostgreSQL; run the tests through test/pg.sh", PostgresVariable)
	}
	address, err := url.Parse(server)
	if err != nil {
		t.Fatalf("%s is not a URL", PostgresVariable)
	}
	schema := "test_" + strings.ReplaceAll(domain.NewID().String(), "-", "")
	execute(t, server, fmt.Sprintf("CREATE SCHEMA %s", schema))
	t.Cleanup(func() { execute(t, server, fmt.Sprintf("DROP SCHEMA %s CASCADE", schema)) })
	query := address.Query()
	query.Set("search_path", schema)
	address.RawQuery = query.Encode()
	return address.String()
}

// execute runs one statement; it also works while the test is being cleaned up, when its own context has ended.
func execute(t testing.TB, server, statement string) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		t.Fatalf("connect to the PostgreSQL of the tests: %v", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func open(t testing.TB, address string, opts ...store.Option) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), address, opts...)
	if err != nil {
		t.Fatalf("open the store: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close the store: %v", err)
		}
	})
	return s
}
