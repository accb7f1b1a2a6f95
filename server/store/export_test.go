package store

import (
	"context"
	"testing"
)

// StagingSuffix names the staging file beside the governed one.
const StagingSuffix = stagingSuffix

// Tamper runs a statement behind the store's back.
func (s *Store) Tamper(t testing.TB, statement string, values ...any) {
	t.Helper()
	if err := s.write.WithContext(t.Context()).Exec(statement, values...).Error; err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// Ask reads what the store has no reader for.
func Ask[R any](ctx context.Context, t testing.TB, s *Store, query string, values ...any) []R {
	t.Helper()
	var rows []R
	if err := s.read.WithContext(ctx).Raw(query, values...).Scan(&rows).Error; err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return rows
}
