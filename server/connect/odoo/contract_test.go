package odoo_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/crosswalk-mdm/crosswalk/server/connect/connecttest"
	"github.com/crosswalk-mdm/crosswalk/server/connect/odoo"
	"github.com/crosswalk-mdm/crosswalk/server/connect/sandbox"
)

// TestContract runs the suite against the sandbox; test/odoo runs it against a real Odoo.
func TestContract(t *testing.T) {
	t.Parallel()
	connecttest.RunOdoo(t, func(t *testing.T) connecttest.Odoo {
		_, server := start(t)
		return server
	})
}

// start serves a sandbox whose clock moves on by a second whenever it is looked at.
func start(t *testing.T) (*sandbox.Odoo, connecttest.Odoo) {
	t.Helper()
	var seconds atomic.Int64
	began := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	box := sandbox.New(sandbox.Options{Clock: func() time.Time { return began.Add(time.Duration(seconds.Add(1)) * time.Second) }})
	server, err := box.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	return box, lab(server.URL(), box)
}

// lab describes a sandbox to the suite.
func lab(url string, box *sandbox.Odoo) connecttest.Odoo {
	described := connecttest.Odoo{
		URL: url, Database: box.Database(), WriterGroup: box.WriterGroup(),
		AdminKey: box.Key(sandbox.RoleAdmin), ReaderKey: box.Key(sandbox.RoleReader), WriterKey: box.Key(sandbox.RoleWriter),
		Connect: func(c connecttest.Connection) (connecttest.Connector, error) {
			return odoo.New(odoo.Options{System: c.System(), ReaderKey: c.ReaderKey, WriterKey: c.WriterKey, RetryWait: time.Microsecond, Version: "test"})
		},
	}
	described.InstallGuard = func(ctx context.Context) error {
		system := connecttest.Connection{URL: url, Database: box.Database()}.System()
		return odoo.InstallGuard(ctx, odoo.GuardOptions{System: system, AdminKey: described.AdminKey, WriterGroup: described.WriterGroup})
	}
	return described
}

// TestProtocol holds the sandbox to what the real Odoo does.
func TestProtocol(t *testing.T) {
	t.Parallel()
	connecttest.RunProtocol(t, func(t *testing.T) connecttest.Odoo {
		_, server := start(t)
		return server
	})
}
