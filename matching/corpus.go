package matching

import (
	"math"
	"slices"
	"strings"
)

// Corpus holds normalised records in flat arrays without pointers: tokens and values are numbers. Records keep the order in
// which they were added; Split tells the left ones from the right ones when two tables are linked.
type Corpus struct {
	fields []Field
	split  int // records before split are the left table; 0 when one table is searched for duplicates
	norm   *Normaliser

	vocab   *vocabulary // tokens
	values  *vocabulary // whole values, the field's number as their class
	tokens  []uint32    // of each record and field in order
	tokenAt []uint32
	bag     []uint32 // each record's distinct tokens, ascending
	bagAt   []uint32
	whole   []uint32 // each record's and field's whole value
	numbers []float32
	dims    []Dimension
	dimAt   []uint32
	grades  []uint32 // tokens of grades and standards, family in the upper bits
	gradeAt []uint32

	// What is known of how rare things are. It is of the first counted records: what comes later is weighed with it, and
	// changes nothing of it.
	counted    int
	weighed    bool
	valueCount []uint32
	docs       [2][]uint32 // in how many records of a side a token occurs
	weight     []float32
	signature  []uint64
	sounds     []uint32 // hash of how a token sounds
	kin        kin

	// A corpus may be laid over another: see overlay.go.
	base  *Corpus
	first int    // the number of the first record of its own
	token uint32 // the first token of its own
	off   uint32 // what is taken off a token of its own to find it in the lists by token
}

// NewCorpus returns an empty corpus of records with the given fields.
func NewCorpus(fields []Field, norm *Normaliser) *Corpus {
	return &Corpus{
		fields: slices.Clone(fields), norm: norm, vocab: newVocabulary(), values: newVocabulary(),
		tokenAt: []uint32{0}, bagAt: []uint32{0}, dimAt: []uint32{0}, gradeAt: []uint32{0},
	}
}

// Len returns the number of records.
func (c *Corpus) Len() int { return c.first + len(c.bagAt) - 1 }

// Fields returns the fields of the records.
func (c *Corpus) Fields() []Field { return slices.Clone(c.fields) }

// Split says that the records added so far are the left table.
func (c *Corpus) Split() { c.split = c.Len() }

// prepared is one record, normalised but without numbers for its tokens.
type prepared struct {
	fields []preparedField
}

type preparedField struct {
	whole  string
	number float32
	normal Normal
}

// prepare normalises a record. It touches nothing that is shared, so many may run at once.
func (c *Corpus) prepare(r Record) prepared {
	p := prepared{fields: make([]preparedField, len(c.fields))}
	for i, field := range c.fields {
		if i < len(r.Values) && r.Values[i] != "" {
			p.fields[i] = c.prepareField(field.Kind, r.Values[i])
		}
	}
	return p
}

func (c *Corpus) prepareField(kind Kind, raw string) preparedField {
	f := preparedField{number: float32(math.NaN())}
	switch kind {
	case KindSkip:
	case KindNumber:
		folded := strings.Trim(Fold(raw), "$€£% ")
		if number, ok := decimalValue(leading(folded)); ok {
			f.number, f.whole = float32(number), formatNumber(number)
		}
	case KindPhone:
		f.whole = phoneTail(raw)
		f.normal.Tokens = tokenOf(f.whole, "tel")
	case KindDate:
		f.whole = canonicalDate(Fold(raw))
		f.normal.Tokens = tokenOf(f.whole, "")
	case KindCode:
		f.whole = alphanumeric(Fold(raw))
		f.normal = c.norm.Normalise(raw)
		if len(f.normal.Tokens) != 1 || f.normal.Tokens[0].Text != f.whole {
			f.normal.Tokens = append(f.normal.Tokens, tokenOf(f.whole, "")...)
		}
	case KindGTIN:
		f.whole = articleNumber(raw)
		f.normal = c.norm.Normalise(raw)
		if f.whole != "" {
			f.normal.Tokens = tokenOf(f.whole, "")
		}
	case KindName, KindCategory:
		f.normal = c.norm.Normalise(raw)
		f.whole = joinTokens(withoutLegal(f.normal.Tokens))
	default:
		f.normal = c.norm.Normalise(raw)
		f.whole = joinTokens(f.normal.Tokens)
	}
	return f
}

// add numbers a prepared record.
func (c *Corpus) add(p prepared) {
	from := len(c.bag)
	for i := range p.fields {
		f := &p.fields[i]
		for _, token := range f.normal.Tokens {
			id := c.vocab.intern(token.Text, token.Class)
			c.tokens = append(c.tokens, id)
			if token.Class != ClassStop {
				c.bag = append(c.bag, id)
			}
		}
		c.tokenAt = append(c.tokenAt, uint32(len(c.tokens))) // #nosec G115 -- 4 billion tokens do not fit into memory
		c.whole = append(c.whole, c.countValue(f.whole, i))
		c.numbers = append(c.numbers, f.number)
		c.dims = append(c.dims, f.normal.Dims...)
		for _, grade := range f.normal.Grades {
			class := ClassGrade
			if grade.Family == FamilyStandard {
				class = ClassStandard
			}
			c.grades = append(c.grades, uint32(grade.Family)<<28|c.vocab.intern(grade.Name, class))
		}
	}
	own := c.bag[from:]
	slices.Sort(own)
	c.bag = c.bag[:from+len(slices.Compact(own))]
	c.bagAt = append(c.bagAt, uint32(len(c.bag)))        // #nosec G115 -- see above
	c.dimAt = append(c.dimAt, uint32(len(c.dims)))       // #nosec G115 -- see above
	c.gradeAt = append(c.gradeAt, uint32(len(c.grades))) // #nosec G115 -- see above
}

// countValue numbers a whole value and counts it, unless the counting is over.
func (c *Corpus) countValue(text string, field int) uint32 {
	id := c.values.intern(clipBytes(text, maxTokenBytes), Class(field)) // #nosec G115 -- a table has few columns
	if c.weighed || c.base != nil {
		return id
	}
	for len(c.valueCount) <= int(id) {
		c.valueCount = append(c.valueCount, 0)
	}
	c.valueCount[id]++
	return id
}

// weigh counts tokens and gives each its weight; it is called once all records are in.
func (c *Corpus) weigh() {
	size := c.vocab.size()
	c.counted, c.weighed = c.Len(), true
	c.docs[0], c.docs[1] = make([]uint32, size), make([]uint32, size)
	for r := range c.Len() {
		side := c.side(r)
		for _, id := range c.bagOf(r) {
			c.docs[side][id]++
		}
	}
	c.weight, c.signature = make([]float32, size), make([]uint64, size)
	for id := 1; id < size; id++ {
		c.weight[id] = c.weightOf(c.vocab.classes[id], c.docs[0][id], c.docs[1][id])
		c.signature[id] = signature(c.vocab.raw(uint32(id))) // #nosec G115 -- id counts interned texts
	}
	c.hear()
}

// hear computes how the words sound, where there are names.
func (c *Corpus) hear() {
	if !slices.ContainsFunc(c.fields, func(f Field) bool { return f.Kind == KindName }) {
		return
	}
	c.sounds = make([]uint32, c.vocab.size())
	for id := range c.sounds {
		c.sounds[id] = c.soundOf(uint32(id)) // #nosec G115 -- id counts interned texts
	}
}

// soundOf returns the hash of how a word sounds, 0 for what is no word.
func (c *Corpus) soundOf(id uint32) uint32 {
	if id == 0 || c.vocab.class(id) != ClassWord {
		return 0
	}
	if key := phonetic(c.vocab.text(id)); key != "" {
		return uint32(hashText(key)) // #nosec G115 -- a part of the hash will do
	}
	return 0
}

// weightOf returns what the agreement on a token is worth: the rarer the more; a token that one table never uses says
// little when it is missing there.
func (c *Corpus) weightOf(class Class, left, right uint32) float32 {
	count := float64(left + right)
	if count == 0 {
		count = 1
	}
	w := math.Log(1 + float64(max(1, c.counted))/count)
	switch class {
	case ClassStop, ClassLegal:
		w *= 0.2
	case ClassWord, ClassNumber, ClassCode, ClassDimension, ClassGrade, ClassStandard:
	}
	if c.split > 0 && (left == 0 || right == 0) {
		w *= 0.4
	}
	return float32(w)
}

func (c *Corpus) side(r int) int {
	if r < c.split {
		return 0
	}
	return 1
}

func (c *Corpus) bagOf(r int) []uint32 {
	c, r = c.holding(r)
	return c.bag[c.bagAt[r]:c.bagAt[r+1]]
}

func (c *Corpus) tokensOf(r, field int) []uint32 {
	c, r = c.holding(r)
	at := r*len(c.fields) + field
	return c.tokens[c.tokenAt[at]:c.tokenAt[at+1]]
}

// wholeOf returns the whole value of a record's field.
func (c *Corpus) wholeOf(r, field int) uint32 {
	c, r = c.holding(r)
	return c.whole[r*len(c.fields)+field]
}

func (c *Corpus) numberOf(r, field int) float64 {
	c, r = c.holding(r)
	return float64(c.numbers[r*len(c.fields)+field])
}

func (c *Corpus) dimsOf(r int) []Dimension {
	c, r = c.holding(r)
	return c.dims[c.dimAt[r]:c.dimAt[r+1]]
}

func (c *Corpus) gradesOf(r int) []uint32 {
	c, r = c.holding(r)
	return c.grades[c.gradeAt[r]:c.gradeAt[r+1]]
}

// tokenOf is a text that is one code.
func tokenOf(text, prefix string) []Token {
	if text == "" {
		return nil
	}
	return []Token{{Text: clipBytes(prefix+text, maxTokenBytes), Class: ClassCode}}
}

// withoutLegal drops the legal forms from a name, unless it consists of nothing else.
func withoutLegal(tokens []Token) []Token {
	core := slices.DeleteFunc(slices.Clone(tokens), func(t Token) bool { return t.Class == ClassLegal })
	if len(core) == 0 {
		return tokens
	}
	return core
}

func joinTokens(tokens []Token) string {
	var b strings.Builder
	for i, token := range tokens {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(token.Text)
	}
	return b.String()
}

// alphanumeric keeps letters and digits.
func alphanumeric(s string) string {
	return strings.Map(func(r rune) rune {
		if inToken(r) {
			return r
		}
		return -1
	}, s)
}

// phoneTail returns the last seven digits: what stays the same however the prefix is written.
func phoneTail(raw string) string {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, clipBytes(raw, 64))
	if len(digits) < 5 {
		return ""
	}
	return digits[max(0, len(digits)-7):]
}

// canonicalDate returns yyyymmdd where the order of the parts is plain, else the digits as they stand.
func canonicalDate(s string) string {
	parts := strings.FieldsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	if len(parts) < 3 {
		return alphanumeric(s)
	}
	year, month, day := parts[0], parts[1], parts[2]
	if len(parts[2]) == 4 {
		year, day = parts[2], parts[0]
		if strings.Contains(s, "/") {
			month, day = parts[0], parts[1]
		}
	}
	return year + pad2(month) + pad2(day)
}

func pad2(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}

// leading returns the digits, dots and commas at the beginning.
func leading(s string) string {
	end := 0
	for end < len(s) && (isDigitByte(s[end]) || s[end] == '.' || s[end] == ',') {
		end++
	}
	return s[:end]
}

// signature marks which characters a text has, so that texts without likeness are told apart without comparing them.
func signature(text []byte) uint64 {
	var mask uint64
	for _, b := range text {
		switch {
		case b >= 'a' && b <= 'z':
			mask |= 1 << (b - 'a')
		case b >= '0' && b <= '9':
			mask |= 1 << (26 + b - '0')
		default:
			mask |= 1 << (36 + b%28)
		}
	}
	return mask
}
