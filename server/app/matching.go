package app

import (
	"context"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/crosswalk"
)

// mapper is match.Mapper over the crosswalk.
type mapper struct{ crosswalk *crosswalk.Crosswalk }

func (m mapper) ProposeMapping(ctx context.Context, by domain.Actor, name domain.DomainName, code domain.MatchSide, record domain.ID, reason string) (domain.ChangeRequest, error) {
	return m.crosswalk.ProposeMapping(ctx, by, crosswalk.NewMapping{
		Side: crosswalk.Side{System: code.System}, Domain: name, Code: string(code.Code), Record: record, Reason: reason,
	})
}
