package match

import (
	"context"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Union is a wish that golden records become one.
type Union struct {
	// Survivor is the record that stays; zero leaves the choice among the Losers to the merger.
	Survivor domain.ID
	Losers   []domain.ID
	// Choose says, by attribute, the record whose value stays, where a person would have another one than the rules.
	Choose map[domain.AttributeID]domain.ID
	// Acknowledge says that what speaks against the union was seen.
	Acknowledge bool
	Reason      string
}

// Merger proposes that golden records become one.
type Merger interface {
	// ProposeMerge makes a change request by which the losers end up in the survivor. It refuses what cannot be merged with a
	// sentence that says why: KindConflict, KindInvalid, KindNotFound, CodeAccessDenied.
	ProposeMerge(ctx context.Context, by domain.Actor, name domain.DomainName, wish Union) (domain.ChangeRequest, error)
}

// Mapper proposes what a code stands for.
type Mapper interface {
	// ProposeMapping makes a change request by which a system's code stands for the record. It refuses as Merger does.
	ProposeMapping(ctx context.Context, by domain.Actor, name domain.DomainName, code domain.MatchSide, record domain.ID, reason string) (domain.ChangeRequest, error)
}
