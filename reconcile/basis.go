package reconcile

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// rules names the rules by which Alignment and Compare judge. It rises with every change of them, so that what agreed under
// the rules before is compared again.
const rules = 2

// Basis is what the plan's comparison under this alignment rests on beside the records themselves; token is of the attempt.
// Code lists are not in it: a source's words are resolved as they are read, so that another alias makes another content.
func (a Alignment) Basis(plan string, token domain.ID) domain.ComparisonBasis {
	// All of it can be encoded: there are neither functions nor cycles in it.
	text, _ := json.Marshal(struct {
		Rules      int
		Definition domain.Definition
		Attributes []domain.AttributeID
		System     domain.SystemID
		Plant      domain.PlantID
		Company    domain.CompanyID
		Codes      domain.CodeType
		CodeRule   domain.CodeRule
	}{rules, a.Definition, a.Attributes, a.System.ID, a.System.Plant, a.Company, a.System.Codes, a.System.CodeRule})
	sum := sha256.Sum256(text)
	return domain.ComparisonBasis{
		Plan: plan, System: a.System, Domain: a.Definition.Domain, Day: a.Day, Fingerprint: hex.EncodeToString(sum[:]), Token: token,
	}
}
