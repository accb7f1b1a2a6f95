package domain

import (
	"slices"
	"testing"
)

func TestHowNewRecordsComeIn(t *testing.T) {
	t.Parallel()
	identified := testDefinition()
	identified.Identifiers = [][]AttributeID{{"code"}}
	mes := []SystemID{"mes"}
	tests := map[string]struct {
		rule       Authority
		definition Definition
		faults     []string
		registers  bool // what mes brings
		barred     bool // what wms brings
	}{
		"nobody said":                       {Authority{}, identified, nil, false, false},
		"a person looks":                    {Authority{Creation: mes, NewRecords: GovernReview}, identified, nil, false, false},
		"registered":                        {Authority{Creation: mes, NewRecords: GovernRegistered}, identified, nil, true, false},
		"one alone":                         {Authority{Creation: mes, CreationExclusive: true}, identified, nil, false, true},
		"registered by nobody":              {Authority{NewRecords: GovernRegistered}, identified, []string{"/new_records"}, false, false},
		"registered without an identifier":  {Authority{Creation: mes, NewRecords: GovernRegistered}, testDefinition(), []string{"/new_records"}, true, false},
		"nobody alone":                      {Authority{CreationExclusive: true}, identified, []string{"/creation_exclusive"}, false, false},
		"a class that is none of new ones":  {Authority{Creation: mes, NewRecords: GovernFollow}, identified, []string{"/new_records"}, false, false},
		"registered, and of others nothing": {Authority{Creation: mes, NewRecords: GovernRegistered, CreationExclusive: true}, identified, nil, true, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var faults []string
			for _, fault := range tt.rule.Faults(tt.definition) {
				faults = append(faults, fault.Location)
			}
			if !slices.Equal(faults, tt.faults) {
				t.Errorf("faults at %v", faults)
			}
			tt.rule.Domain = tt.definition.Domain
			d := tt.definition.WithAuthority(tt.rule)
			if d.Registers("mes") != tt.registers || d.Registers("wms") || d.BarsCreation("wms") != tt.barred || d.BarsCreation("mes") && len(tt.rule.Creation) > 0 {
				t.Errorf("registers %v, bars %v", d.Registers("mes"), d.BarsCreation("wms"))
			}
		})
	}
}
