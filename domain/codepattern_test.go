package domain

import (
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestCodesAreMadeFromAPattern(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		pattern string
		number  int64
		want    Code
		code    string
	}{
		"a prefix and a number":         {"IT-{seq:6}", 17, "IT-000017", ""},
		"a number alone":                {"{seq:3}", 999, "999", ""},
		"with a check digit":            {"{seq:12}{check}", 400638133393, "4006381333931", ""},
		"with what follows":             {"A/{seq:2}{check}-X", 7, "A/079-X", ""},
		"more digits than places":       {"IT-{seq:2}", 100, "", CodePatternUsedUp},
		"no number is zero":             {"IT-{seq:2}", 0, "", CodePatternUsedUp},
		"without a number":              {"IT-", 1, "", CodePatternInvalid},
		"with two numbers":              {"{seq:2}{seq:2}", 1, "", CodePatternInvalid},
		"with a number without places":  {"{seq:0}", 1, "", CodePatternInvalid},
		"with too many places":          {"{seq:13}", 1, "", CodePatternInvalid},
		"with a blank":                  {"IT {seq:6}", 1, "", CodePatternInvalid},
		"with a check digit before":     {"{check}{seq:6}", 1, "", CodePatternInvalid},
		"with something it cannot know": {"{year}{seq:6}", 1, "", CodePatternInvalid},
		"empty":                         {"", 1, "", CodePatternInvalid},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pattern, err := ParseCodePattern(tt.pattern)
			var got Code
			if err == nil {
				got, err = pattern.Code(tt.number)
			}
			if got != tt.want || ErrorCode(err) != tt.code {
				t.Errorf("%q with %d is %q, %q", tt.pattern, tt.number, got, ErrorCode(err))
			}
		})
	}
}

// TestDifferentNumbersMakeDifferentCodes holds for every pattern, as does that its check digit is the one GTINs have.
func TestDifferentNumbersMakeDifferentCodes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.StringMatching(`[A-Z./-]{0,24}`).Draw(t, "before") + "{seq:" + strconv.Itoa(rapid.IntRange(7, 12).Draw(t, "width")) + "}" +
			rapid.SampledFrom([]string{"", "{check}"}).Draw(t, "check") + rapid.StringMatching(`[A-Z]{0,24}`).Draw(t, "after")
		pattern, err := ParseCodePattern(raw)
		if err != nil {
			t.Fatal(err)
		}
		a, b := rapid.Int64Range(1, 9_999_999).Draw(t, "a"), rapid.Int64Range(1, 9_999_999).Draw(t, "b")
		one, errOne := pattern.Code(a)
		other, errOther := pattern.Code(b)
		if errOne != nil || errOther != nil || (one == other) != (a == b) {
			t.Fatalf("%s makes %q of %d and %q of %d", raw, one, a, other, b)
		}
		if _, err := ParseCode(string(one)); err != nil {
			t.Fatalf("%q is no code: %v", one, err)
		}
		if digits := strings.Trim(string(one), "ABCDEFGHIJKLMNOPQRSTUVWXYZ./-"); len(digits) == 8 && pattern.withCheckDigit && !soundGS1(digits) {
			t.Fatalf("the check digit of %q is wrong", digits)
		}
	})
}
