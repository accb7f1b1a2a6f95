package store

import (
	"context"
	"database/sql/driver"
	"fmt"

	"modernc.org/sqlite"
)

// stagingSuffix follows the database's file name in that of its staging file. The number rises with the tables' form, so that
// a file of another form is left alone; what it held is read again.
const stagingSuffix = "-staging1"

// attaching opens connections that have the staging file beside the governed one, under the name staging. A reading of a
// million rows then neither bloats the governed file nor is part of its backup.
type attaching struct {
	driver  *sqlite.Driver
	address string
}

func newAttaching(address, staging string) attaching {
	d := &sqlite.Driver{}
	d.RegisterConnectionHook(func(c sqlite.ExecQuerierContext, _ string) error {
		_, err := c.ExecContext(context.Background(), "ATTACH ? AS staging", []driver.NamedValue{{Ordinal: 1, Value: staging}})
		if err == nil {
			// NORMAL: a crash of the machine may take the last pages of a reading, which is noticed, but damages nothing.
			_, err = c.ExecContext(context.Background(), "PRAGMA staging.journal_mode=WAL; PRAGMA staging.synchronous=NORMAL", nil)
		}
		if err != nil {
			return fmt.Errorf("attach the staging file: %w", err)
		}
		return nil
	})
	return attaching{driver: d, address: address}
}

// Connect opens a connection.
func (a attaching) Connect(context.Context) (driver.Conn, error) { return a.driver.Open(a.address) }

// Driver is what opens the connections.
func (a attaching) Driver() driver.Driver { return a.driver }
