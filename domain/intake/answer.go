package intake

import (
	"context"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Answer is what somebody says to one row: what its code or target shall be, or which of two contradicting values counts.
type Answer struct {
	Position int
	Code     string
	Target   string
	Keep     domain.ImportKeep
	// Attribute is the one that Keep is about; "" is all that the row asks.
	Attribute domain.ImportField
}

// maxAnswers bounds the answers of one call.
const maxAnswers = 1000

// Answers keeps what somebody answered to rows of an import, and judges them anew. CodeImportState unless all rows are judged.
func (n *Intake) Answers(ctx context.Context, by domain.Actor, id domain.ID, answers []Answer) (domain.Import, error) {
	return domain.Import{}, nil
}
