package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/pressly/goose/v3"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/migrations"
)

// Migrate brings the schema to what this program knows. A schema that is newer is CodeConfigInvalid: then an older program
// was started on a database that a newer one has migrated.
func (s *Store) Migrate(ctx context.Context) error {
	pool, err := s.write.DB()
	if err != nil {
		return fmt.Errorf("migrate the database: %w", err)
	}
	provider, err := s.migrator(pool)
	if err != nil {
		return fmt.Errorf("migrate the database: %w", err)
	}
	stored, err := provider.GetDBVersion(ctx)
	if err != nil {
		return fmt.Errorf("read the database's schema version: %w", translate(err))
	}
	sources := provider.ListSources()
	if known := sources[len(sources)-1].Version; stored > known {
		return domain.Invalid(domain.CodeConfigInvalid,
			"the database's schema is version %d, newer than the %d this program knows; start the newer program", stored, known)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate the database: %w", translate(err))
	}
	return nil
}

func (s *Store) migrator(pool *sql.DB) (*goose.Provider, error) {
	files, err := migrations.FS(s.d.name())
	if err != nil {
		return nil, err
	}
	name, options, err := s.d.goose()
	if err != nil {
		return nil, err
	}
	provider, err := goose.NewProvider(name, pool, files, append(options, goose.WithDisableGlobalRegistry(true))...)
	if errors.Is(err, goose.ErrNoMigrations) {
		return nil, errors.New("the program was built without migrations")
	}
	return provider, err
}
