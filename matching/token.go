package matching

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Class says what a token is, and so what its agreement or absence is worth.
type Class uint8

// The classes of tokens.
const (
	ClassWord Class = iota
	ClassStop
	ClassLegal
	ClassNumber
	ClassCode
	ClassDimension
	ClassGrade
	ClassStandard
)

// String is the class's name in explanations.
func (c Class) String() string {
	names := []string{"word", "stop word", "legal form", "number", "code", "dimension", "grade", "standard"}
	if int(c) >= len(names) {
		return ""
	}
	return names[c]
}

// Token is one comparable piece of a value. Text is canonical: equal texts mean the same whatever was written.
type Token struct {
	Text  string
	Class Class
}

// maxTokens bounds the tokens of one value, maxTokenBytes the length of each and of a value that is compared whole: comparing
// two texts letter by letter costs the product of their lengths.
const (
	maxTokens     = 192
	maxTokenBytes = 256
)

// Normal is a value ready to be compared.
type Normal struct {
	Tokens []Token
	Dims   []Dimension
	Grades []Grade
}

// Normaliser turns values into tokens with the help of a Lexicon. It is safe for use by several goroutines.
type Normaliser struct {
	lexicon *Lexicon
	tables  *tables
}

// NewNormaliser returns a Normaliser; a nil lexicon means the built-in one.
func NewNormaliser(lexicon *Lexicon) *Normaliser {
	if lexicon == nil {
		lexicon = DefaultLexicon()
	}
	return &Normaliser{lexicon: lexicon, tables: newTables()}
}

// Normalise reads a free text: words, codes, numbers, dimensions with their role, grades and standards.
func (n *Normaliser) Normalise(raw string) Normal {
	p := parse{n: n, chunks: split(Fold(raw))}
	for p.at < len(p.chunks) && len(p.out.Tokens) < maxTokens {
		p.step()
	}
	return p.out
}

// parse is the reading of one value.
type parse struct {
	n      *Normaliser
	chunks []string
	at     int
	out    Normal
}

// step reads the next piece: what is written in several words (DIN 912, M 8 x 40, 3,5 mm) before what stands alone.
func (p *parse) step() {
	for _, read := range []func() int{p.standard, p.dimension, p.grade, p.measure} {
		if used := read(); used > 0 {
			p.at += used
			return
		}
	}
	p.plain(p.chunks[p.at])
	p.at++
}

// peek returns the chunk k places ahead, "" behind the end.
func (p *parse) peek(k int) string {
	if p.at+k >= len(p.chunks) {
		return ""
	}
	return p.chunks[p.at+k]
}

func (p *parse) add(text string, class Class) {
	if text != "" && len(p.out.Tokens) < maxTokens {
		p.out.Tokens = append(p.out.Tokens, Token{Text: clipBytes(text, maxTokenBytes), Class: class})
	}
}

// plain reads a chunk that is no dimension, grade or standard.
func (p *parse) plain(chunk string) {
	if number, ok := plainNumber(chunk); ok {
		p.number(number)
		return
	}
	parts := strings.FieldsFunc(chunk, isConnector)
	if len(parts) > 1 && len(parts) <= 6 && mixed(chunk) {
		if joined := strings.Join(parts, ""); len(joined) >= 4 {
			p.add(joined, ClassCode)
		}
	}
	for _, part := range parts {
		p.part(part, len(parts) > 1)
	}
}

// part reads one run of letters and digits.
func (p *parse) part(part string, within bool) {
	if number, ok := plainNumber(part); ok {
		p.number(number)
		return
	}
	switch {
	case !hasDigit(part):
		p.word(part)
	case ordinal(part):
		p.add(part, ClassWord)
	case within && len(part) < 2:
	case digitsOnly(part):
		p.add(strings.TrimLeft(part, "0"), ClassCode)
	default:
		p.add(part, ClassCode)
	}
}

// number adds a number: long ones are codes, unless they read as a year.
func (p *parse) number(number string) {
	class := ClassNumber
	if len(number) >= 4 && digitsOnly(number) && (len(number) > 4 || number < "1900" || number > "2099") {
		class = ClassCode
	}
	p.add(number, class)
}

// word adds a word or the concepts that the lexicon knows it by.
func (p *parse) word(word string) {
	if class, known := p.n.tables.words[word]; known {
		p.add(word, class)
		return
	}
	if concepts := p.n.lexicon.Concepts(word); len(concepts) > 0 {
		for _, concept := range concepts {
			p.add(concept, ClassWord)
		}
		return
	}
	if len(word) < 2 {
		p.add(word, ClassStop)
		return
	}
	p.add(undigraph(word), ClassWord)
}

// split cuts a folded value into chunks: runs of letters and digits with single connectors between them.
func split(folded string) []string {
	var chunks []string
	for i := 0; i < len(folded) && len(chunks) < 2*maxTokens; {
		r, size := utf8.DecodeRuneInString(folded[i:])
		if !inToken(r) {
			if (r == '"' || r == '\'') && i > 0 && isDigitByte(folded[i-1]) && !followed(folded, i+size) {
				chunks = append(chunks, "\"")
			}
			i += size
			continue
		}
		end := chunkEnd(folded, i)
		chunks = append(chunks, folded[i:end])
		i = end
	}
	return chunks
}

// followed tells whether a letter or digit stands at i: then a quote before it is an apostrophe.
func followed(s string, i int) bool {
	r, _ := utf8.DecodeRuneInString(s[min(i, len(s)):])
	return unicode.IsLetter(r)
}

// chunkEnd returns where the chunk that starts at i ends.
func chunkEnd(s string, i int) int {
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case inToken(r):
			i += size
		case joins(s, i, r):
			i++
		default:
			return i
		}
	}
	return i
}

// joins tells whether the sign at i holds two pieces of a chunk together.
func joins(s string, i int, r rune) bool {
	if i == 0 || i+1 >= len(s) {
		return false
	}
	next, _ := utf8.DecodeRuneInString(s[i+1:])
	if !inToken(next) {
		return false
	}
	switch r {
	case '-', '.', '/', '_':
		return true
	case ',', '*':
		return isDigitByte(s[i-1]) && isDigitByte(s[i+1])
	}
	return false
}

func inToken(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= '0' && r <= '9'
	}
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

func isConnector(r rune) bool {
	return r == '-' || r == '.' || r == '/' || r == '_' || r == ',' || r == '*'
}

func isDigitByte(c byte) bool { return c >= '0' && c <= '9' }

func hasDigit(s string) bool { return strings.ContainsAny(s, "0123456789") }

func digitsOnly(s string) bool {
	for i := range len(s) {
		if !isDigitByte(s[i]) {
			return false
		}
	}
	return s != ""
}

// mixed tells whether a chunk holds digits and reads as a code: letters as well, or digits in several groups.
func mixed(s string) bool {
	digits, letters := 0, 0
	for i := range len(s) {
		switch {
		case isDigitByte(s[i]):
			digits++
		case s[i] >= 'a' && s[i] <= 'z':
			letters++
		}
	}
	return digits > 0 && (letters > 0 || digits >= 5)
}

// ordinal tells whether s is an English ordinal: a street's number, not a code.
func ordinal(s string) bool {
	if len(s) < 3 || !digitsOnly(s[:len(s)-2]) {
		return false
	}
	switch s[len(s)-2:] {
	case "st", "nd", "rd", "th":
		return true
	}
	return false
}
