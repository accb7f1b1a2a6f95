//go:build !unix

package store

import "github.com/crosswalk-mdm/crosswalk/domain"

// lockFile refuses: without an advisory lock two processes could damage each other's work.
func lockFile(string) (unlock func() error, err error) {
	return nil, domain.Invalid(domain.CodeConfigInvalid, "SQLite is supported on Unix systems only; use a postgres:// address here")
}
