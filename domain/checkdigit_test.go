package domain

import (
	"strings"
	"testing"
)

func TestCheckDigits(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		rule CheckDigit
		code string
		want bool
	}{
		"an EAN-13":                        {CheckGTIN, "4006381333931", true},
		"an EAN-8":                         {CheckGTIN, "96385074", true},
		"a UPC":                            {CheckGTIN, "036000291452", true},
		"a GTIN-14":                        {CheckGTIN, "10614141000415", true},
		"an EAN-13 with a wrong digit":     {CheckGTIN, "4006381333930", false},
		"an EAN-13 with two swapped":       {CheckGTIN, "4006381339331", false},
		"eleven digits":                    {CheckGTIN, "03600029145", false},
		"a GTIN with a letter":             {CheckGTIN, "400638133393I", false},
		"a GLN":                            {CheckGLN, "4012345500004", true},
		"a GLN with a wrong digit":         {CheckGLN, "4012345500005", false},
		"a GLN of eight digits":            {CheckGLN, "96385074", false},
		"an LEI":                           {CheckLEI, "529900T8BM49AURSDO55", true},
		"another LEI":                      {CheckLEI, "213800D1EI4B9WTWWD28", true},
		"an LEI with a wrong digit":        {CheckLEI, "529900T8BM49AURSDO56", false},
		"an LEI with two swapped":          {CheckLEI, "529900T8BM49AURSOD55", false},
		"an LEI in small letters":          {CheckLEI, "529900t8bm49aursdo55", false},
		"an LEI cut short":                 {CheckLEI, "529900T8BM49AURSDO5", false},
		"an LEI whose check is no number":  {CheckLEI, "529900T8BM49AURSDOAA", false},
		"a D-U-N-S number":                 {CheckDUNS, "150483782", true},
		"a D-U-N-S number with hyphens":    {CheckDUNS, "15-048-3782", true},
		"a D-U-N-S number of eight digits": {CheckDUNS, "15048378", false},
		"hyphens in other places":          {CheckDUNS, "150-48-3782", false},
		"a letter in a D-U-N-S number":     {CheckDUNS, "15048378O", false},
		"a VAT number with its rule":       {CheckVAT, "DE136695976", true},
		"no rule":                          {CheckNone, "anything", true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if why := tt.rule.misfit("Code", tt.code); (why == "") != tt.want {
				t.Errorf("%s: %q", tt.code, why)
			}
		})
	}
}

// TestVATNumbers: for each country a number that is in use, and the same with another last check digit or letter.
func TestVATNumbers(t *testing.T) {
	t.Parallel()
	tests := map[string][2]string{ // sound and broken, by country
		"Austria": {"ATU13585627", "ATU13585626"}, "Belgium": {"BE0428759497", "BE0428759498"}, "Bulgaria": {"BG175074752", "BG175074753"},
		"Switzerland": {"CHE107787577IVA", "CHE107787578IVA"}, "Cyprus": {"CY10259033P", "CY10259033Q"}, "Czechia": {"CZ25123891", "CZ25123892"},
		"Germany": {"DE136695976", "DE136695978"}, "Denmark": {"DK13585628", "DK13585627"}, "Estonia": {"EE100931558", "EE100931559"},
		"Greece": {"EL094259216", "EL094259217"}, "a Spanish company": {"ESB58378431", "ESB58378432"}, "a Spanish company with a letter": {"ESJ99216582", "ESJ99216583"},
		"a Spaniard": {"ES54362315K", "ES54362315Z"}, "a foreigner in Spain": {"ESX2482300W", "ESX2482300A"},
		"Finland": {"FI20774740", "FI20774741"}, "France": {"FR40303265045", "FR41303265045"}, "Croatia": {"HR33392005961", "HR33392005962"},
		"Hungary": {"HU12892312", "HU12892313"}, "Ireland": {"IE6433435F", "IE6433435E"}, "Ireland, the old form": {"IE8D79739I", "IE8D79739J"},
		"Ireland, two letters": {"IE3628739UA", "IE3628739TA"}, "Italy": {"IT00743110157", "IT00743110158"}, "Lithuania": {"LT119511515", "LT119511516"},
		"Lithuania, twelve digits": {"LT100001919017", "LT100001919018"}, "Luxembourg": {"LU15027442", "LU15027443"}, "Latvia": {"LV40003521600", "LV40003521601"},
		"Malta": {"MT11679112", "MT11679113"}, "the Netherlands": {"NL004495445B01", "NL004495446B02"}, "a Dutch person": {"NL002455799B11", "NL002455799B12"},
		"Poland": {"PL8567346215", "PL8567346216"}, "Portugal": {"PT501964843", "PT501964844"}, "Romania": {"RO18547290", "RO18547291"},
		"Sweden": {"SE556012579001", "SE556012579101"}, "Slovenia": {"SI50223054", "SI50223055"}, "Slovakia": {"SK2022749619", "SK2022749618"},
		"Northern Ireland": {"XI980780684", "XI980780685"}, "a government department": {"XIGD001", "XIGD500"}, "a health authority": {"XIHA500", "XIHA001"},
	}
	covered := map[string]bool{}
	for name, pair := range tests {
		country := pair[0][:2]
		if country == "CH" {
			country = "CHE"
		}
		covered[country] = true
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if sound, why := SoundVAT(pair[0]); !sound {
				t.Errorf("%s is not sound: %s", pair[0], why)
			}
			if sound, why := SoundVAT(pair[1]); sound || why == "" {
				t.Errorf("%s is sound, or nothing says why not", pair[1])
			}
			if sound, why := SoundVAT(pair[0] + "0000"); sound || why == "" {
				t.Errorf("%s0000 is sound, or nothing says why not", pair[0])
			}
		})
	}
	for country := range vatRules() {
		if !covered[country] {
			t.Errorf("nothing tries the rule of %s", country)
		}
	}
	for _, member := range strings.Fields("AT BE BG CY CZ DE DK EE EL ES FI FR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK") {
		if _, known := vatRules()[member]; !known {
			t.Errorf("there is no rule for the member state %s", member)
		}
	}
}

func TestVATNumbersAsWritten(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		code string
		want bool
	}{
		"with blanks":               {"DE 136 695 976", true},
		"with points and hyphens":   {"CHE-107.787.577 MWST", true},
		"in small letters":          {"nl004495445b01", true},
		"of a country without rule": {"NO974760673MVA", true},
		"without its country":       {"136695976", false},
		"of nobody":                 {"", false},
		"in other characters":       {"DE13669597６", false},
		"the letters alone":         {"DE", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if sound, _ := SoundVAT(tt.code); sound != tt.want {
				t.Errorf("%q is sound: %v", tt.code, sound)
			}
		})
	}
}

func FuzzSoundVAT(f *testing.F) {
	for _, seed := range []string{"DE136695976", "ESB58378431", "IE8D79739I", "CHE107787577IVA", "NL002455799B11", "CZ", "RO1", "XIGD001", "\xff\xfe"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, code string) {
		sound, why := SoundVAT(code) // whatever it is, it is answered
		if plain := CheckVAT.Comparable(code); sound {
			if again, _ := SoundVAT(plain); !again || CheckVAT.Comparable(plain) != plain {
				t.Errorf("%q is sound, and %q is not: %s", code, plain, why)
			}
		}
	})
}

// TestComparableIdentifiers: what only makes a number easier to read does not make it another.
func TestComparableIdentifiers(t *testing.T) {
	t.Parallel()
	for rule, pair := range map[CheckDigit][2]string{
		CheckVAT: {"DE 136.695.976", "de136695976"}, CheckDUNS: {"15-048-3782", "150483782"}, CheckGTIN: {"96385074", "00000096385074"}, CheckLEI: {"529900T8BM49AURSDO55", "529900T8BM49AURSDO55"},
	} {
		if a, b := rule.Comparable(pair[0]), rule.Comparable(pair[1]); a != b {
			t.Errorf("%s: %q and %q", rule, a, b)
		}
	}
}
