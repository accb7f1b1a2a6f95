package structure

import (
	"cmp"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Choose returns the bill that holds on a day, of a revision where one is asked for, or nil. Of several it is the one that began
// last; sole says that no other one began on the same day, for then somebody has to tell which is meant.
func Choose(bills []Bill, day domain.Date, revision string) (chosen *Bill, sole bool) {
	sole = true
	for i := range bills {
		b := &bills[i]
		if (day != "" && !b.Validity.Contains(day)) || (revision != "" && b.Revision != revision) {
			continue
		}
		if chosen == nil {
			chosen = b
			continue
		}
		switch order := cmp.Compare(b.Validity.From, chosen.Validity.From); {
		case order > 0:
			chosen, sole = b, true
		case order == 0:
			sole = false
			if cmp.Or(cmp.Compare(b.Name, chosen.Name), cmp.Compare(b.Revision, chosen.Revision)) < 0 {
				chosen = b
			}
		}
	}
	return chosen, sole
}

// TroubleKind says what a structure suffers from.
type TroubleKind string

// The kinds of trouble. None of them ends a comparison or an explosion: the rest goes on.
const (
	TroubleCycle     TroubleKind = "cycle"     // the part contains itself
	TroubleUnknown   TroubleKind = "unknown"   // a code that nobody has mapped
	TroubleMissing   TroubleKind = "missing"   // a line that names no part
	TroubleInvalid   TroubleKind = "invalid"   // there are bills of the part, but none for that day
	TroubleAmbiguous TroubleKind = "ambiguous" // two bills hold on that day, and neither began later
	TroubleUnit      TroubleKind = "unit"      // the line's unit does not convert into the base unit of the part's bill
	TroubleBase      TroubleKind = "base"      // the base quantity is zero or less
	TroubleSize      TroubleKind = "size"      // more lines or levels than are exploded
)

// Trouble is one thing that could not be taken as it stands.
type Trouble struct {
	Kind TroubleKind
	// Side is that of a comparison, "" in an explosion.
	Side string
	// Path leads from the top to the part itself.
	Path []Part
	// Line is the line's own ID, where it is about one.
	Line string
}

// below returns the part's bill on that side, and reports what keeps it from having one.
func (c *Comparer) below(part Part, bills []Bill, path []Part, report func(TroubleKind)) *Bill {
	if len(bills) == 0 {
		return nil
	}
	chosen, sole := Choose(bills, c.rules.Day, "")
	switch {
	case chosen == nil:
		report(TroubleInvalid)
		return nil
	case slices.Contains(path, part):
		report(TroubleCycle)
		return nil
	case !sole:
		report(TroubleAmbiguous)
	}
	return chosen
}
