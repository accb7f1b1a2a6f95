package domain_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

func TestParseFactor(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"": "1", "1": "1", "12": "12", " 0.5 ": "1/2", "4/6": "2/3", "0.001": "1/1000", "10/10": "1", "007": "7",
		"0": "-", "-1": "-", "1/0": "-", "x": "-", "1e9": "-", "1/2/3": "-", "1.": "1", "1,5": "-", "0x10": "-", "11111111111111111111111111111111111111111": "-",
	} {
		factor, err := domain.ParseFactor(raw)
		if want == "-" {
			if domain.ErrorCode(err) != domain.CodeValueInvalid {
				t.Errorf("%q is taken as %s (%v)", raw, factor, err)
			}
			continue
		}
		if err != nil || factor.String() != want || (want == "1") != (factor == "") {
			t.Errorf("%q is %s (%v), want %s", raw, factor, err, want)
		}
	}
}

func TestFactorsCancelOut(t *testing.T) {
	t.Parallel()
	factor := rapid.Custom(func(rt *rapid.T) domain.Factor {
		f, err := domain.ParseFactor(rapid.StringMatching(`[1-9][0-9]{0,6}(/[1-9][0-9]{0,6})?`).Draw(rt, "factor"))
		if err != nil {
			rt.Fatal(err)
		}
		return f
	})
	rapid.Check(t, func(rt *rapid.T) {
		a, b, c := factor.Draw(rt, "a"), factor.Draw(rt, "b"), factor.Draw(rt, "c")
		if a.Per(a) != "" || a.Per("") != a || a.Per(b).Per(c) != a.Per(c).Per(b) {
			rt.Fatalf("%s %s %s", a, b, c)
		}
		if again, err := domain.ParseFactor(a.String()); err != nil || again != a {
			rt.Fatalf("%s is read again as %s (%v)", a, again, err)
		}
	})
}

func TestRelationsInTurn(t *testing.T) {
	t.Parallel()
	const same, narrower, broader, related, not = domain.RelationEquivalent, domain.RelationNarrower, domain.RelationBroader, domain.RelationRelated, domain.RelationNot
	for _, test := range [][3]domain.Relation{
		{same, same, same}, {same, narrower, narrower}, {broader, same, broader}, {narrower, narrower, narrower},
		{narrower, broader, related}, {related, same, related}, {related, narrower, related}, {not, same, not}, {broader, not, not},
	} {
		if got := test[0].Then(test[1]); got != test[2] {
			t.Errorf("%s, then %s is %s, want %s", test[0], test[1], got, test[2])
		}
	}
	for _, r := range domain.Relations() {
		if r.Inverse().Inverse() != r {
			t.Errorf("%s turned round twice is %s", r, r.Inverse().Inverse())
		}
	}
	if narrower.Inverse() != broader || same.Inverse() != same {
		t.Error("narrower turned round is not broader")
	}
}
