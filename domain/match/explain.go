package match

import (
	"context"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// SideView is one of two things that are compared, as the actor may see it.
type SideView struct {
	Side       domain.MatchSide
	Label      string
	Attributes domain.Attributes
}

// Rival is another record that a side may mean.
type Rival struct {
	Side        domain.MatchSide
	Label       string
	Probability float64
}

// PairView is all there is to say of two things that may be one.
type PairView struct {
	Definition   domain.Definition
	Left, Right  SideView
	Probability  float64
	Band         domain.Band
	Contradicted bool
	// Evaluated says that the last evaluation proposed the pair.
	Evaluated bool
	// WhyNot says in a sentence why the pair would not be proposed; "" where it would.
	WhyNot      string
	Explanation domain.MatchExplanation
	// LeftRivals and RightRivals are the best other records for each side.
	LeftRivals, RightRivals []Rival
	Verdict                 *domain.Verdict
}

// Explain compares any two things of a domain. CodeRecordUnknown, CodeSourceUnknown, CodeMatchBuilding.
func (f *Finder) Explain(ctx context.Context, by domain.Actor, name domain.DomainName, left, right domain.MatchSide) (PairView, error) {
	return PairView{}, domain.Unavailable(nil, domain.CodeMatchBuilding, "the index is being built")
}
