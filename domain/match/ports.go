package match

import (
	"context"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Merger proposes that golden records become one.
type Merger interface {
	// ProposeMerge makes a change request by which the losers end up in the survivor. It refuses what cannot be merged with a
	// sentence that says why: KindConflict, KindInvalid, KindNotFound, CodeAccessDenied.
	ProposeMerge(ctx context.Context, by domain.Actor, name domain.DomainName, union domain.Union) (domain.ChangeRequest, error)
}

// Mapper proposes what a code stands for.
type Mapper interface {
	// MapCode makes a change request by which a system's code stands for the record. It refuses as Merger does.
	MapCode(ctx context.Context, by domain.Actor, name domain.DomainName, code domain.MatchSide, record domain.ID, reason string) (domain.ChangeRequest, error)
}
