package app

import (
	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

func decisionToTake(found domain.Discrepancy) steward.Decision {
	return steward.Decision{Discrepancy: found.ID, Version: found.Version, Verb: steward.VerbTakeSource, Reason: "the plant is right"}
}
