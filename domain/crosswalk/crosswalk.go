package crosswalk

import (
	"context"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// Crosswalk is the use cases on code mappings. It is safe for concurrent use.
type Crosswalk struct {
	Store domain.Store
	Desk  *steward.Desk
	// MaxUnmapped bounds how many unmapped codes of one system, domain and plant are kept; 0 means 10,000.
	MaxUnmapped int
	// CountingFailed hears that unmapped codes could not be counted; nil for nobody.
	CountingFailed func(ctx context.Context, err error)
}
