package workbook

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// cleaned is a text without what cannot be seen: blanks around it, blanks of no width, hyphens that are not shown; a blank that does
// not break is a blank. It says whether anything was left out.
func cleaned(text string) (string, bool) {
	if plainText(text) {
		return text, false
	}
	clean := strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == ' ':
			return r
		case unseen(r):
			return -1
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, strings.ReplaceAll(text, "\r\n", "\n"))
	clean = strings.TrimFunc(clean, unicode.IsSpace)
	return clean, clean != text
}

// plainText says that nothing of a text can be unseen.
func plainText(text string) bool {
	if text == "" || text[0] == ' ' || text[len(text)-1] == ' ' {
		return text == ""
	}
	for i := range len(text) {
		if text[i] < ' ' || text[i] >= 0x7f {
			return false
		}
	}
	return true
}

// unseen are characters that take no place: of zero width, controls, marks of the direction, hyphens shown at a line's end only.
func unseen(r rune) bool {
	switch r {
	case '\t', '\v', '\f', '\u0085':
		return false
	case '\u00ad':
		return true
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u3164' || r == '\u2800'
}

// latinLike are letters of other scripts, and signs, that look like ours.
func latinLike(r rune) (string, bool) {
	const (
		others = "АВЕЅІЈКМНОРСТУХаеіјорсухѕԁ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧονι"
		ours   = "ABESIJKMHOPCTYXaeijopcyxsd" + "ABEZHIKMNOPTYXovi"
	)
	switch r {
	case '‐', '‑', '‒', '–', '—', '−':
		return "-", true
	case '⁄', '∕':
		return "/", true
	}
	if at := strings.IndexRune(others, r); at >= 0 {
		return string([]rune(ours)[utf8.RuneCountInString(others[:at])]), true
	}
	if wide := norm.NFKC.String(string(r)); wide != string(r) && r >= '\uff01' && r <= '\uff5e' {
		return wide, true
	}
	return "", false
}

// lookalike is the code in Latin letters where it has others that look like them; "" where every letter is what it seems. A code all
// in another script, of which letters have no Latin likeness, is what it seems.
func lookalike(code string) string {
	if isASCII(code) {
		return ""
	}
	var latin strings.Builder
	alike, foreign, own := false, false, false
	for _, r := range code {
		like, is := latinLike(r)
		switch {
		case is:
			alike = true
			latin.WriteString(like)
			continue
		case unicode.IsLetter(r) && unicode.Is(unicode.Latin, r):
			own = true
		case unicode.IsLetter(r):
			foreign = true
		}
		latin.WriteRune(r)
	}
	if !alike || foreign && !own {
		return ""
	}
	return latin.String()
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// sayings are what people write into a cell that says nothing, and those that mean the cell above.
func sayings() (nothing, above map[string]bool) {
	nothing, above = map[string]bool{}, map[string]bool{}
	for word := range strings.SplitSeq("-|--|---|–|—|?|??|???|./.|.|n/a|n.a.|n. a.|n/d|n.d.|k.a.|k. a.|k.a|b.d.|tbd|t.b.d.|tbc|tba|none|null|nil|keine|keiner|kein|keines|brak|"+
		"aucun|aucune|ninguno|ninguna|unbekannt|unknown|inconnu|nieznany|desconocido|xxx|xxxx|offen|not applicable|nicht vorhanden|nicht zutreffend|"+
		"not available|nie dotyczy|sin código|kein code|no code|nicht zugeordnet|not mapped|unmapped|à définir|do ustalenia|por definir|zu klären|leer|empty", "|") {
		nothing[word] = true
	}
	for word := range strings.SplitSeq("see above|as above|siehe oben|s.o.|s. o.|wie oben|ditto|dito|dto.|dto|idem|id.|″|\"|''|“|”|„|voir ci-dessus|comme ci-dessus|jak wyżej|j.w.|jw.|jw|"+
		"véase arriba|ver arriba|como arriba|same|gleich|dasselbe|same as above", "|") {
		above[word] = true
	}
	return nothing, above
}

// several takes apart a cell that holds more than one code: by line breaks, semicolons, and by signs and words that stand between
// blanks. A code may have a slash or a comma inside; it is one where no blank is beside it.
func several(text string) []string {
	if !strings.ContainsAny(text, "\n\r; |") {
		return nil
	}
	separated := strings.NewReplacer("\r", "\n", ";", "\n", " / ", "\n", " | ", "\n", ", ", "\n", " + ", "\n", " & ", "\n").Replace(text)
	for _, word := range []string{"or", "oder", "ou", "lub", "and", "und"} {
		if parts := strings.Split(separated, " "+word+" "); len(parts) > 1 && allHaveDigits(parts) {
			separated = strings.Join(parts, "\n")
		}
	}
	var codes []string
	for part := range strings.SplitSeq(separated, "\n") {
		if part = strings.TrimSpace(part); part != "" {
			codes = append(codes, part)
		}
	}
	if len(codes) < 2 {
		return nil
	}
	return codes
}

func allHaveDigits(parts []string) bool {
	for _, part := range parts {
		if !strings.ContainsAny(part, "0123456789") {
			return false
		}
	}
	return true
}

// exponentForm says that a text is a number that a spreadsheet shortened: 1E+05, 1,23457E+11.
func exponentForm(text string) bool {
	at := strings.IndexAny(text, "eE")
	if at <= 0 || at+2 >= len(text) || text[at+1] != '+' && text[at+1] != '-' || !onlyDigits(text[at+2:]) {
		return false
	}
	mantissa := strings.TrimPrefix(text[:at], "-")
	whole, fraction, has := strings.Cut(strings.Replace(mantissa, ",", ".", 1), ".")
	return onlyDigits(whole) && (!has || onlyDigits(fraction))
}

// zerosAtEnd says that a text is a number of more than 15 digits whose digits after the 15th are all zeros, as a spreadsheet leaves it.
func zerosAtEnd(text string) bool {
	return len(text) > 15 && onlyDigits(text) && strings.Trim(text[15:], "0") == "" && text[0] != '0'
}
