package matching

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxValueBytes bounds what is read of one value, so that a damaged field of megabytes costs no more than a long text.
const maxValueBytes = 4096

// Fold returns a value in the form in which it is compared: lower case, NFKC, without accents, with the digraphs that
// German and the Nordic languages write where a letter is missing (ä is ae, ø is oe, ß is ss). Folding twice changes nothing.
func Fold(raw string) string {
	raw = clipBytes(raw, maxValueBytes)
	if plainASCII(raw) {
		return strings.ToLower(raw)
	}
	raw = strings.ToLower(norm.NFKC.String(strings.ToValidUTF8(raw, " ")))
	var b, plain strings.Builder
	b.Grow(len(raw))
	for _, r := range norm.NFC.String(raw) {
		if digraph, ok := umlaut(r); ok {
			b.WriteString(digraph)
			continue
		}
		b.WriteRune(r)
	}
	for _, r := range norm.NFKD.String(b.String()) {
		writeFolded(&plain, r)
	}
	return clipBytes(norm.NFC.String(plain.String()), maxValueBytes)
}

// writeFolded writes what remains of one decomposed rune.
func writeFolded(b *strings.Builder, r rune) {
	switch {
	case r < utf8.RuneSelf:
		b.WriteByte(lowerByte(byte(r))) // #nosec G115 -- below 0x80
	case unicode.Is(unicode.Mn, r), unicode.Is(unicode.Cf, r):
		// accents and invisible marks do not count
	default:
		if text, ok := spelled(r); ok {
			b.WriteString(text)
			return
		}
		b.WriteRune(unicode.ToLower(r))
	}
}

// umlaut returns the digraph of a letter that would lose it by being decomposed.
func umlaut(r rune) (string, bool) {
	switch r {
	case 'ä':
		return "ae", true
	case 'ö':
		return "oe", true
	case 'ü':
		return "ue", true
	case 'å':
		return "aa", true
	}
	return "", false
}

// spelled returns how a letter or sign that does not decompose is written in ASCII.
func spelled(r rune) (string, bool) {
	if text, ok := spelledLetter(r); ok {
		return text, true
	}
	switch r {
	case '×', '✕', '∗':
		return "x", true
	case '⁄', '∕':
		return "/", true
	case '–', '—', '−', '‐', '‑':
		return "-", true
	case '’', '‘', '′', '´':
		return "'", true
	case '“', '”', '″', '„':
		return "\"", true
	case '⌀', '∅':
		return "o", true
	}
	return "", false
}

func spelledLetter(r rune) (string, bool) {
	switch r {
	case 'ß', 'ẞ':
		return "ss", true
	case 'æ', 'Æ':
		return "ae", true
	case 'ø', 'Ø', 'œ', 'Œ':
		return "oe", true
	case 'đ', 'ð':
		return "d", true
	case 'þ':
		return "th", true
	case 'ł', 'Ł':
		return "l", true
	case 'ı':
		return "i", true
	}
	return "", false
}

// lowerByte lowers an ASCII letter; control characters become blanks.
func lowerByte(c byte) byte {
	switch {
	case c >= 'A' && c <= 'Z':
		return c + 'a' - 'A'
	case c < ' ' || c == 0x7f:
		return ' '
	}
	return c
}

func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf || s[i] < ' ' || s[i] == 0x7f {
			return false
		}
	}
	return true
}

// clipBytes returns at most limit bytes of s and never half a rune.
func clipBytes(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}

// undigraph makes one form of "mueller" and "muller": an e after a, o or u is dropped in words long enough to bear it.
func undigraph(word string) string {
	if len(word) < 5 || !hasDigraph(word) {
		return word
	}
	out := make([]byte, 0, len(word))
	for i := range len(word) {
		if word[i] == 'e' && i > 0 && (len(out) > 0 && (out[len(out)-1] == 'a' || out[len(out)-1] == 'o' || out[len(out)-1] == 'u')) {
			continue
		}
		out = append(out, word[i])
	}
	return string(out)
}

func hasDigraph(word string) bool {
	return strings.Contains(word, "ae") || strings.Contains(word, "oe") || strings.Contains(word, "ue")
}
