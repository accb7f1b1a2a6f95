package structure

import (
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Of is the finding as one of a run: about says of what record, system and reading, attribute which lines were compared. The line
// names class, attribute and key, so that each difference of a line is a discrepancy of its own, the same one in every run.
func (f Finding) Of(about domain.Finding, attribute domain.AttributeID) domain.Finding {
	about.Class, about.Attribute = domain.ClassStructure, attribute
	about.Line = strings.Join([]string{string(f.Class), string(f.Attribute), f.Line}, "/")
	about.Golden, about.Source = f.Left, f.Right
	return about
}

// ParseLine takes the line of a run's finding apart; ok is false for one that is no structure's.
func ParseLine(line string) (class Class, attribute domain.AttributeID, key string, ok bool) {
	parts := strings.SplitN(line, "/", 3)
	if len(parts) < 3 {
		return "", "", "", false
	}
	return Class(parts[0]), domain.AttributeID(parts[1]), parts[2], true
}
