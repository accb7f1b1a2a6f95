//go:build odoo

// Package odoo_test runs the connectors' contract suites against a real Odoo 19 and a real MariaDB; run.sh starts both.
package odoo_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/crosswalk-mdm/crosswalk/server/connect/connecttest"
	"github.com/crosswalk-mdm/crosswalk/server/connect/odoo"
)

// variable returns what run.sh exported; a suite that was asked for must not pass for want of a server.
func variable(t *testing.T, name string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		t.Fatalf("%s is not set; start the tests with test/odoo/run.sh", name)
	}
	return value
}

// lab is the real Odoo.
func lab(t *testing.T) connecttest.Odoo {
	t.Helper()
	described := connecttest.Odoo{
		URL: variable(t, "ODOO_URL"), Database: variable(t, "ODOO_DATABASE"), WriterGroup: "Crosswalk writer",
		AdminKey: variable(t, "ODOO_ADMIN_KEY"), ReaderKey: variable(t, "ODOO_READER_KEY"), WriterKey: variable(t, "ODOO_WRITER_KEY"),
		Connect: func(c connecttest.Connection) (connecttest.Connector, error) {
			return odoo.New(odoo.Options{System: c.System(), ReaderKey: c.ReaderKey, WriterKey: c.WriterKey, RetryWait: 100 * time.Millisecond, Version: "test"})
		},
	}
	described.InstallGuard = func(ctx context.Context) error {
		system := connecttest.Connection{URL: described.URL, Database: described.Database}.System()
		return odoo.InstallGuard(ctx, odoo.GuardOptions{System: system, AdminKey: described.AdminKey, WriterGroup: described.WriterGroup})
	}
	return described
}

// TestOdoo runs the suites that the sandbox passes, one after the other: one of them takes the guard away for a while.
func TestOdoo(t *testing.T) {
	t.Parallel()
	t.Run("protocol", func(t *testing.T) { connecttest.RunProtocol(t, lab) })
	t.Run("contract", func(t *testing.T) { connecttest.RunOdoo(t, lab) })
}
