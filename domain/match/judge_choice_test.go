package match_test

import (
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/match"
)

func TestAMatchMergesWhatWasChosen(t *testing.T) {
	t.Parallel()
	for phrase, test := range map[string]struct{ stays, named string }{
		"one record stays, the other's name too": {stays: "A", named: "B"},
		"the other way round":                    {stays: "B", named: "A"},
		"all of the one that stays":              {stays: "A", named: "A"},
	} {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			c := twoScrews(t)
			before, err := c.store.Read().Records.ByID(t.Context(), c.records[test.named])
			if err != nil {
				t.Fatal(err)
			}
			verdict, err := c.judge.Give(t.Context(), c.ana, match.Given{
				Domain: catalog.Item, Left: c.record("A"), Right: c.record("B"), Word: domain.VerdictMatch, Survivor: c.records[test.stays],
				Choose: map[domain.AttributeID]domain.ID{catalog.ItemName: c.records[test.named]},
			})
			if err != nil {
				t.Fatal(err)
			}
			c.approve(t, verdict.Request)
			stayed, err := c.store.Read().Records.ByID(t.Context(), c.records[test.stays])
			if err != nil || stayed.State != domain.RecordActive || stayed.Attributes.Text(catalog.ItemName) != before.Attributes.Text(catalog.ItemName) {
				t.Errorf("%+v stayed (%v)", stayed, err)
			}
		})
	}
}

func TestAContradictionIsAcknowledgedWithTheMatch(t *testing.T) {
	t.Parallel()
	c := newCourt(t, thing("A", "Socket screw M8x40", ""), func() domain.Attributes {
		metres := thing("B", "M8x40 screw, socket", "")
		metres[catalog.ItemBaseUnit] = domain.Enum("MTR")
		return metres
	}())
	given := match.Given{Domain: catalog.Item, Left: c.record("A"), Right: c.record("B"), Word: domain.VerdictMatch}
	if _, err := c.judge.Give(t.Context(), c.ana, given); domain.ErrorCode(err) != domain.CodeMergeContradiction {
		t.Fatalf("units that differ: %v", err)
	}
	given.Acknowledge = true
	if verdict, err := c.judge.Give(t.Context(), c.ana, given); err != nil || verdict.Request.IsZero() {
		t.Errorf("acknowledged: %+v (%v)", verdict, err)
	}
}
