//go:build unix

package store

import (
	"errors"
	"os"
	"syscall"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// lockFile holds an advisory lock on a file beside the database until unlock is called or the process ends, however it ends.
func lockFile(path string) (unlock func() error, err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) // #nosec G304 -- the path is the configured database's
	if err != nil {
		return nil, domain.Unavailable(err, domain.CodeStoreDown, "the lock file %q beside the database cannot be opened", path)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		refused := domain.Unavailable(err, domain.CodeStoreBusy,
			"another process of Crosswalk uses this SQLite database; stop it, or use PostgreSQL for several processes")
		return nil, errors.Join(refused, file.Close())
	}
	return file.Close, nil
}
