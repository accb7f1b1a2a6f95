package domain

import (
	"math/big"
	"testing"
)

func TestUnitRatiosGoThereAndBack(t *testing.T) {
	t.Parallel()
	one := big.NewRat(1, 1)
	for from, f := range unitFactors() {
		for to, g := range unitFactors() {
			there, ok := UnitRatio(from, to)
			if ok != (f.measures == g.measures) {
				t.Errorf("%s to %s: %v", from, to, ok)
			}
			if !ok {
				continue
			}
			back, _ := UnitRatio(to, from)
			if new(big.Rat).Mul(there, back).Cmp(one) != 0 {
				t.Errorf("%s to %s and back: %s, %s", from, to, there, back)
			}
		}
	}
	if foot, _ := UnitRatio("FOT", "YRD"); foot.Cmp(big.NewRat(1, 3)) != 0 {
		t.Errorf("a foot is %s yards", foot)
	}
	if same, ok := UnitRatio("?Stk", "?Stk"); !ok || same.Cmp(one) != 0 {
		t.Error("an unknown unit is itself")
	}
}
