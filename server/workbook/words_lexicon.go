package workbook

import (
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/intake"
)

// lexicon understands the heads of one upload's tables, and the names of its plants.
type lexicon struct {
	kind       domain.ImportKind
	phrases    map[string]domain.ImportField // FieldIgnored is what is known to be something else
	roles      map[string]role
	names      map[string]bool
	name       domain.ImportField // the field of what a thing is called
	languages  map[string]string
	totals     map[string]bool
	plants     []plantName
	attributes map[domain.ImportField]domain.Attribute
}

// plantName is one way in which a plant is named.
type plantName struct {
	plant  domain.PlantID
	tokens []string
	alone  bool // it names the plant only where nothing stands beside it
}

// reading is how a head is understood. Weak ones say what is coded, or whose it is, but not that it is a code.
type reading struct {
	field    domain.ImportField
	plant    domain.PlantID
	language string
	unit     string
	known    bool
	weak     bool
}

func newLexicon(ask intake.Ask) *lexicon {
	x := &lexicon{
		kind: ask.Kind, phrases: map[string]domain.ImportField{}, roles: map[string]role{}, names: map[string]bool{},
		languages: map[string]string{}, totals: keyed(totalsWords()), attributes: map[domain.ImportField]domain.Attribute{},
	}
	x.addRoles(ask.Definition.Domain)
	for language, words := range languageWords() {
		for key := range keyed(words) {
			x.languages[key] = language
		}
	}
	for _, a := range ask.Definition.Attributes {
		x.attributes[domain.AttributeField(a.ID)] = a
	}
	x.addFields()
	x.addAttributes(ask.Definition)
	for key := range keyed(alienWords()) {
		x.add(key, domain.FieldIgnored)
	}
	x.addPlants(ask.Plants)
	return x
}

// add gives a head its meaning, unless it has one.
func (x *lexicon) add(key string, field domain.ImportField) {
	if _, taken := x.phrases[key]; !taken && key != "" {
		x.phrases[key] = field
	}
}

// addFields adds the heads of the fields that the kind of upload has; of a mapping before those of attributes, of records after.
func (x *lexicon) addFields() {
	for _, s := range append(fieldWords(), moreFieldWords()...) {
		isName := s.field == domain.FieldName
		for _, word := range s.all() {
			if isName {
				x.names[wordKey(word)] = true
			}
			if x.kind == domain.ImportMapping {
				x.add(wordKey(word), s.field)
			}
		}
	}
	x.name = domain.FieldName
}

// addAttributes adds the heads of the Definition's attributes; in a mapping they are known to be something else.
func (x *lexicon) addAttributes(d domain.Definition) {
	special := map[domain.ImportField]domain.ImportField{
		domain.AttributeField("name"): domain.AttributeField(d.NameAttribute), domain.AttributeField("base_unit"): domain.AttributeField(d.UnitAttribute),
	}
	if x.kind != domain.ImportMapping {
		x.name = domain.AttributeField(d.NameAttribute)
	}
	for _, s := range append(attributeWords(), moreAttributeWords()...) {
		field := s.field
		if _, has := x.attributes[field]; !has && special[field] != "" {
			field = special[field]
		}
		for _, word := range s.all() {
			x.addAttribute(word, field)
		}
	}
	for _, a := range d.Attributes {
		if a.ID != d.CodeAttribute {
			x.addAttribute(a.Label, domain.AttributeField(a.ID))
			x.addAttribute(string(a.ID), domain.AttributeField(a.ID))
		}
	}
	if x.kind == domain.ImportMapping {
		return
	}
	for _, s := range append(fieldWords(), moreFieldWords()...) {
		field := s.field
		if !x.holds(field) {
			field = domain.FieldIgnored
		}
		for _, word := range s.all() {
			x.add(wordKey(word), field)
		}
	}
}

func (x *lexicon) addAttribute(word string, field domain.ImportField) {
	if _, has := x.attributes[field]; x.kind == domain.ImportMapping || !has {
		field = domain.FieldIgnored
	}
	x.add(wordKey(word), field)
}

// holds says whether a table of the upload's kind may have the field.
func (x *lexicon) holds(field domain.ImportField) bool {
	switch field {
	case domain.FieldCode, domain.FieldPlant:
		return true
	case domain.FieldID, domain.FieldVersion:
		return x.kind == domain.ImportMapping || x.kind == domain.ImportGolden
	case domain.FieldTarget, domain.FieldName, domain.FieldRelation, domain.FieldFactor, domain.FieldUnit, domain.FieldValidFrom,
		domain.FieldValidTo, domain.FieldRemark:
		return x.kind == domain.ImportMapping
	default:
		_, has := x.attributes[field]
		return has
	}
}

func (x *lexicon) addRoles(of domain.DomainName) {
	for r, words := range roleWords() {
		for key := range keyed(words) { // no word has two of these roles
			x.roles[key] = r
		}
	}
	for key := range keyed(thingWords()[string(of)] + "|" + string(of) + "|" + string(of) + "s") {
		if _, taken := x.roles[key]; !taken {
			x.roles[key] = roleThing
		}
	}
}

// addPlants adds the plants' codes and names. One that is a word of heads, or a single letter, is only known where nothing else stands.
func (x *lexicon) addPlants(plants []domain.Plant) {
	for _, p := range plants {
		for _, name := range []string{string(p.ID), p.Name} {
			tokens := wordTokens(name)
			if len(tokens) == 0 {
				continue
			}
			_, isPhrase := x.phrases[tokens[0]]
			_, isRole := x.roles[tokens[0]]
			x.plants = append(x.plants, plantName{p.ID, tokens, len(tokens) == 1 && (len(tokens[0]) == 1 || isPhrase || isRole)})
		}
	}
}

// named is a stretch of a head that names a plant.
type named struct {
	plant    domain.PlantID
	from, to int
}

// plantIn finds the one plant that is named among the tokens, by its code, its name or both, and returns the other tokens.
func (x *lexicon) plantIn(tokens []string) (domain.PlantID, []string) {
	var found []named
	for _, name := range x.plants {
		if at := indexOf(tokens, name.tokens); at >= 0 && (!name.alone || len(tokens) == len(name.tokens)) {
			found = append(found, named{name.plant, at, at + len(name.tokens)})
		}
	}
	all := slices.Clone(found)
	found = slices.DeleteFunc(found, func(n named) bool { // "Hamburg" within "Hamburg Nord"
		return slices.ContainsFunc(all, func(o named) bool { return o.from <= n.from && o.to >= n.to && o.to-o.from > n.to-n.from })
	})
	rest := slices.Clone(tokens)
	for _, n := range found {
		if n.plant != found[0].plant {
			return "", tokens // two plants
		}
		for i := n.from; i < n.to; i++ {
			rest[i] = ""
		}
	}
	if len(found) == 0 {
		return "", tokens
	}
	return found[0].plant, slices.DeleteFunc(rest, func(token string) bool { return token == "" })
}

// namesPlant is the plant that a tab's name names, with words around it such as "Werk".
func (x *lexicon) namesPlant(tab string) domain.PlantID {
	plant, _ := x.plantIn(wordTokens(tab))
	return plant
}

func indexOf(tokens, part []string) int {
	for i := 0; i+len(part) <= len(tokens); i++ {
		if slices.Equal(tokens[i:i+len(part)], part) {
			return i
		}
	}
	return -1
}

// understand reads a head.
func (x *lexicon) understand(head string) reading {
	base, inside := splitBrackets(head)
	if strings.TrimSpace(base) == "" {
		base, inside = head, ""
	}
	all := append(wordTokens(base), wordTokens(inside)...)
	if len(all) == 0 {
		return reading{}
	}
	if r := x.phrase(all); r.known {
		return r
	}
	if inside != "" {
		if r := x.withInside(base, inside); r.known {
			return r
		}
	}
	if plant, rest := x.plantIn(all); plant != "" {
		return x.ofPlant(plant, rest)
	}
	if above, below, stacked := strings.Cut(head, stackSign); stacked && x.roles[wordKey(above)] == rolePlant {
		all = append([]string{"local"}, wordTokens(below)...) // "Werk" above "Nummer" and "Bezeichnung"
	}
	return x.words(all)
}

// stackSign stands between heads of two stacked rows.
const stackSign = " / "

// withInside understands a head by what stands before its brackets, where the brackets hold a unit or a language.
func (x *lexicon) withInside(base, inside string) reading {
	r := x.phrase(wordTokens(base))
	if r.field == domain.FieldIgnored {
		r = x.phrase(x.bare(wordTokens(base)))
	}
	if language := x.languages[wordKey(inside)]; language != "" && x.mayNameLanguage(r.field) {
		r.language = language
		return r
	}
	if x.attributes[r.field].Kind == domain.KindQuantity {
		r.unit = strings.TrimSpace(inside)
		return r
	}
	return reading{}
}

// ofPlant understands a head that names a plant: its code, or what else it says of the plant.
func (x *lexicon) ofPlant(plant domain.PlantID, rest []string) reading {
	rest = slices.DeleteFunc(slices.Clone(rest), func(token string) bool { return x.roles[token] == rolePlant })
	r := reading{field: domain.FieldCode, known: true}
	if len(rest) > 0 {
		if r = x.phrase(rest); !r.known {
			r = x.words(rest)
		}
	}
	if !r.known || r.field == domain.FieldPlant || r.field == domain.FieldTarget {
		return reading{}
	}
	r.plant, r.weak = plant, false
	return r
}

// words understands a head word by word: a unit or a language at its end, words that add nothing, then the parts of a code's head.
func (x *lexicon) words(tokens []string) reading {
	if r := x.trailing(tokens); r.known {
		return r
	}
	switch r := x.phrase(x.bare(tokens)); r.field {
	case domain.FieldIgnored, domain.FieldCode, domain.FieldTarget, domain.FieldPlant:
		return x.code(tokens)
	default:
		return r
	}
}

// phrase looks the whole head up.
func (x *lexicon) phrase(tokens []string) reading {
	field, known := x.phrases[strings.Join(tokens, "")]
	r := reading{field: field, known: known}
	if field == domain.FieldCode || field == domain.FieldTarget {
		r.weak = !x.saysCode(tokens)
	}
	return r
}

// saysCode says that a head is more than what is coded or whose it is.
func (x *lexicon) saysCode(tokens []string) bool {
	for _, token := range tokens {
		roles, known := x.parts(token)
		if !known || slices.Contains(roles, roleCode) {
			return true
		}
	}
	return false
}

// trailing understands "Bezeichnung EN" and "Gewicht in kg".
func (x *lexicon) trailing(tokens []string) reading {
	if len(tokens) < 2 {
		return reading{}
	}
	last, rest := tokens[len(tokens)-1], tokens[:len(tokens)-1]
	if language := x.languages[last]; language != "" {
		for _, form := range [][]string{rest, x.bare(rest)} {
			if r := x.phrase(form); r.known && x.mayNameLanguage(r.field) {
				r.language = language
				return r
			}
		}
	}
	if _, isUnit := headUnits()[last]; isUnit {
		for _, form := range [][]string{rest, x.bare(rest)} {
			if r := x.phrase(form); r.known && x.attributes[r.field].Kind == domain.KindQuantity {
				r.unit = last
				return r
			}
		}
	}
	return reading{}
}

// mayNameLanguage says that a field's column may name its language.
func (x *lexicon) mayNameLanguage(field domain.ImportField) bool {
	return field == domain.FieldName || x.attributes[field].Kind == domain.KindTranslated
}

// bare leaves out the words that only say what is spoken of: "item weight" and "Artikelgewicht" are "weight".
func (x *lexicon) bare(tokens []string) []string {
	var rest []string
	for _, token := range tokens {
		if r := x.roles[token]; r != roleThing && r != roleFiller && r != roleLocal {
			rest = append(rest, x.withoutThing(token))
		}
	}
	return rest
}

// withoutThing takes what is spoken of from the front of a compound whose rest is a head of its own.
func (x *lexicon) withoutThing(token string) string {
	for cut := len(token) - 3; cut >= 3; cut-- {
		if x.roles[token[:cut]] == roleThing && x.phrases[token[cut:]] != domain.FieldIgnored {
			return token[cut:]
		}
	}
	return token
}

// code understands the head of a code's column: all its words are known, and say whose code it is.
func (x *lexicon) code(tokens []string) reading {
	has := map[role]bool{}
	for _, token := range tokens {
		roles, known := x.parts(token)
		if !known {
			return reading{}
		}
		for _, r := range roles {
			has[r] = true
		}
	}
	field := fieldOfRoles(has)
	if field == domain.FieldIgnored {
		return reading{}
	}
	if !x.holds(field) {
		return reading{known: true}
	}
	return reading{known: true, weak: !has[roleCode] && field != domain.FieldPlant, field: field}
}

// fieldOfRoles says what a head of such words is; FieldIgnored where that cannot be said: "old and new", "plant no.", "No.".
func fieldOfRoles(has map[role]bool) domain.ImportField {
	switch {
	case has[roleGlobal]:
		if has[roleLocal] || has[rolePlant] || !has[roleCode] {
			return domain.FieldIgnored
		}
		return domain.FieldTarget
	case has[roleThing], has[roleCode] && has[roleLocal]:
		return domain.FieldCode
	case has[rolePlant] && !has[roleCode]:
		return domain.FieldPlant
	default:
		return domain.FieldIgnored
	}
}

// parts takes a compound apart: "konzernartikelnr" is konzern, artikel, nr.
func (x *lexicon) parts(token string) ([]role, bool) {
	if r, known := x.roles[token]; known {
		return []role{r}, true
	}
	for cut := len(token) - 2; cut >= 3; cut-- {
		first, known := x.roles[token[:cut]]
		if !known || first == roleFiller {
			continue
		}
		if rest, known := x.parts(token[cut:]); known {
			return append([]role{first}, rest...), true
		}
	}
	return nil, false
}

// splitBrackets takes out what stands in the last pair of brackets.
func splitBrackets(head string) (base, inside string) {
	open := strings.LastIndexAny(head, "([")
	if open < 0 {
		return head, ""
	}
	end := strings.IndexAny(head[open:], ")]")
	if end < 0 {
		return head, ""
	}
	return head[:open] + " " + head[open+end+1:], head[open+1 : open+end]
}
