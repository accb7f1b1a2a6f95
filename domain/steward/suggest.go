package steward

import (
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// suggest returns the verb that the domain's authority suggests for a case, with the reason in a sentence; "" where no rule
// says anything.
func suggest(c Case) (verb Verb, because string) {
	f := c.Discrepancy.Finding
	switch f.Class {
	case domain.ClassValue:
		return suggestValue(c)
	case domain.ClassUnmapped:
		switch {
		case len(c.Definition.Creators) == 0 || len(c.Candidates) > 0:
			return "", "" // a person looks at what it may be first
		case slices.Contains(c.Definition.Creators, f.System):
			return VerbCreate, c.System.Name + " brings new records, and none is like it"
		default:
			return VerbMap, "new records come from " + joined(c.Definition.Creators)
		}
	default:
		return "", ""
	}
}

func suggestValue(c Case) (verb Verb, because string) {
	f := c.Discrepancy.Finding
	attribute, known := c.Definition.Attribute(f.Attribute)
	switch {
	case !known || len(attribute.Authorities) == 0:
		return "", ""
	case slices.Contains(attribute.Authorities, f.System):
		return VerbTakeSource, c.System.Name + " is the authority for " + attribute.Label
	default:
		return VerbKeepGolden, attribute.Label + " is for " + joined(attribute.Authorities) + " to say"
	}
}

// joined names systems in a sentence.
func joined(systems []domain.SystemID) string {
	names := make([]string, len(systems))
	for i, id := range systems {
		names[i] = string(id)
	}
	return strings.Join(names, " or ")
}
