package structure

import "github.com/crosswalk-mdm/crosswalk/domain"

// Variant is a local difference that somebody has accepted: this line differs in this way on this side, and may.
type Variant struct {
	// Line is the finding's, Side the name of the side that is the local one. Class is as that side is told of when it stands at the
	// right: a component the side does not use is missing.
	Line   string
	Class  Class
	Side   string
	Reason string
	// Until ends it; the day itself no longer counts. "" is no end.
	Until domain.Date
}

// accepted finds the variant that covers a finding on the rules' day. Without a day an end is not known to have come.
func (c *Comparer) accepted(f Finding, left, right Side) *Variant {
	for i := range c.rules.Variants {
		v := &c.rules.Variants[i]
		ended := v.Until != "" && c.rules.Day != "" && v.Until <= c.rules.Day
		if v.Line != f.Line || ended {
			continue
		}
		if (v.Side == right.Name && v.Class == f.Class) || (v.Side == left.Name && v.Class == f.Class.Mirrored()) {
			return v
		}
	}
	return nil
}
