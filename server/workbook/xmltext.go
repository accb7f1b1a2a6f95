package workbook

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

func endsName(c byte) bool {
	return c == '>' || c == '/' || c == '=' || isSpace(c)
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// isName tells whether b may be the name of an element or attribute, as far as that keeps mark-up apart from text.
func isName(b []byte) bool {
	if len(b) == 0 || b[0] == ':' || len(local(b)) == 0 {
		return false
	}
	for i, c := range b {
		if !beginsName(c) && (i == 0 || (c < '0' || c > '9') && c != '-' && c != '.') {
			return false
		}
	}
	return true
}

func beginsName(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c == ':' || c >= utf8.RuneSelf
}

// local is a name without its prefix.
func local(name []byte) []byte {
	return name[bytes.IndexByte(name, ':')+1:]
}

// attr returns the attribute of a name without prefix; "" where there is none.
func (s *scanner) attr(name string) []byte {
	for _, a := range s.attrs {
		if string(a.name) == name {
			if bytes.IndexByte(a.value, '&') < 0 {
				return a.value
			}
			value, err := appendText(nil, a.value, true)
			if err != nil {
				return nil
			}
			return value
		}
	}
	return nil
}

// prefixed returns the attribute of a name that has some prefix.
func (s *scanner) prefixed(name string) []byte {
	for _, a := range s.attrs {
		if i := bytes.IndexByte(a.name, ':'); i > 0 && string(a.name[i+1:]) == name {
			return a.value
		}
	}
	return nil
}

// flag tells whether an attribute is true.
func (s *scanner) flag(name string) bool {
	switch string(s.attr(name)) {
	case "1", "true", "on":
		return true
	default:
		return false
	}
}

// number returns a whole number, or otherwise where the attribute has none.
func (s *scanner) number(name string, otherwise int) int {
	if n, err := strconv.Atoi(string(s.attr(name))); err == nil {
		return n
	}
	return otherwise
}

// value returns the text that was the last token, without what only serves its spelling.
func (s *scanner) value() ([]byte, error) {
	plain := true
	for _, c := range s.raw {
		if c < ' ' || c == '&' || c >= utf8.RuneSelf {
			plain = false
			break
		}
	}
	if plain {
		return s.raw, nil
	}
	text, err := appendText(s.text[:0], s.raw, !s.cdata)
	s.text = text
	return text, err
}

// forbidden tells whether no XML document may hold a character.
func forbidden(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF || r >= 0xD800 && r < 0xE000
}

// appendText appends what raw spells, by references too where those count.
func appendText(to, raw []byte, references bool) ([]byte, error) {
	for i := 0; i < len(raw); {
		r, size := utf8.DecodeRune(raw[i:])
		switch {
		case r == '&' && references:
			if r, size = referenceAt(raw[i:]); size == 0 {
				return to, errMalformed
			}
		case r == '\r':
			r = '\n'
			if bytes.HasPrefix(raw[i+1:], []byte("\n")) {
				size++
			}
		case r == utf8.RuneError && size == 1:
			return to, errMalformed
		}
		if forbidden(r) {
			return to, errMalformed
		}
		to = utf8.AppendRune(to, r)
		i += size
	}
	return to, nil
}

// referenceAt reads the reference at the beginning of raw; size 0 for none.
func referenceAt(raw []byte) (r rune, size int) {
	end := bytes.IndexByte(raw[:min(len(raw), 12)], ';')
	if end < 0 {
		return 0, 0
	}
	r, ok := reference(string(raw[1:end]))
	if !ok {
		return 0, 0
	}
	return r, end + 1
}

// reference is the character that a reference names, without its & and ;.
func reference(name string) (rune, bool) {
	switch name {
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "amp":
		return '&', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	digits, base := name[1:], 10
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n == 0 || n > utf8.MaxRune {
		return 0, false
	}
	return rune(n), true
}
