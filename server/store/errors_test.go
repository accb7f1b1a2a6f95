package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

func TestTranslate(t *testing.T) {
	t.Parallel()
	ours := domain.Conflict(domain.CodeRecordStale, "stale")
	tests := map[string]struct {
		err       error
		want      string
		transient bool
	}{
		"no error":               {},
		"one of ours":            {err: fmt.Errorf("write: %w", ours), want: domain.CodeRecordStale},
		"a duplicate":            {err: &pgconn.PgError{Code: "23505"}, want: domain.CodeDuplicate},
		"a missing reference":    {err: &pgconn.PgError{Code: "23503"}, want: domain.CodeReferenceMissing},
		"a serialization":        {err: &pgconn.PgError{Code: "40001"}, want: domain.CodeStoreBusy, transient: true},
		"a deadlock":             {err: &pgconn.PgError{Code: "40P01"}, want: domain.CodeStoreBusy, transient: true},
		"a server shutting down": {err: &pgconn.PgError{Code: "57P01"}, want: domain.CodeStoreDown},
		"too many connections":   {err: &pgconn.PgError{Code: "53300"}, want: domain.CodeStoreDown},
		"a server that follows":  {err: &pgconn.PgError{Code: "25006"}, want: domain.CodeStoreDown},
		"a full disk":            {err: &pgconn.PgError{Code: "53100"}, want: domain.CodeStoreDown},
		"a text with NUL":        {err: &pgconn.PgError{Code: "22021"}, want: domain.CodeValueInvalid},
		"a syntax error":         {err: &pgconn.PgError{Code: "42601"}, want: domain.CodeInternal},
		"a network error":        {err: &net.OpError{Op: "read", Err: errors.New("reset")}, want: domain.CodeStoreDown},
		"a cut connection":       {err: fmt.Errorf("read: %w", io.ErrUnexpectedEOF), want: domain.CodeStoreDown},
		"a bad connection":       {err: driver.ErrBadConn, want: domain.CodeStoreDown},
		"a closed connection":    {err: sql.ErrConnDone, want: domain.CodeStoreDown},
		"a caller who has gone":  {err: context.Canceled, want: domain.CodeInternal},
		"anything else":          {err: errors.New("?"), want: domain.CodeInternal},
	}
	for phrase, tt := range tests {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			got := translate(tt.err)
			if domain.ErrorCode(got) != tt.want || isTransient(got) != tt.transient {
				t.Errorf("became %q (%v), transient %t", domain.ErrorCode(got), got, isTransient(got))
			}
			if !errors.Is(got, tt.err) {
				t.Errorf("%v is no longer its cause", tt.err)
			}
		})
	}
}
