package intake

import (
	"slices"
	"strconv"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// says is what a row says of a mapping beside its code and target.
type says struct {
	// id and version are those of an exported row.
	exported bool
	id       domain.ID
	version  int
	// fields are what the row says something of, as the mapping would hold it.
	fields map[domain.ImportField]string
}

// mappingTerms are the fields of a mapping that a row may say something of, beside its target.
func mappingTerms() []domain.ImportField {
	return []domain.ImportField{domain.FieldRelation, domain.FieldFactor, domain.FieldUnit, domain.FieldValidFrom, domain.FieldValidTo}
}

// term is what a mapping holds in a field.
func term(m domain.CodeMapping, field domain.ImportField) string {
	switch field {
	case domain.FieldRelation:
		return string(m.Relation)
	case domain.FieldFactor:
		return string(m.Factor)
	case domain.FieldUnit:
		return m.Unit
	case domain.FieldValidFrom:
		return string(m.Validity.From)
	case domain.FieldValidTo:
		return string(m.Validity.To)
	default:
		return ""
	}
}

// setTerm puts what a row says into a mapping.
func setTerm(m *domain.CodeMapping, field domain.ImportField, text string) {
	switch field {
	case domain.FieldRelation:
		m.Relation = domain.Relation(text)
		m.DefaultOut = m.DefaultOut && m.Relation == domain.RelationEquivalent
	case domain.FieldFactor:
		m.Factor = domain.Factor(text)
	case domain.FieldUnit:
		m.Unit = text
	case domain.FieldValidFrom:
		m.Validity.From = domain.Date(text)
	case domain.FieldValidTo:
		m.Validity.To = domain.Date(text)
	default:
	}
}

// read takes from the cells what the row says. A cell that cannot be understood makes it wrong.
func (c *mappingCase) read(layout domain.ImportLayout) {
	c.row.Target = string(domain.NewCode(c.entry.Text(domain.FieldTarget)))
	c.says.fields = map[domain.ImportField]string{}
	c.says.exported = c.entry.Text(domain.FieldID) != ""
	for _, field := range mappingTerms() {
		text := strings.TrimSpace(c.entry.Text(field))
		_, column := layout.Column(field)
		if text == "" && (!c.says.exported || !column) {
			continue // says nothing; in an export an empty cell was emptied
		}
		understood, why := parsedTerm(field, text, layout.Decimal)
		if why != "" {
			wrong(&c.row, domain.NoteValue, c.entry.Cell(field), why)
			continue
		}
		c.says.fields[field] = understood
	}
	from, to := c.says.fields[domain.FieldValidFrom], c.says.fields[domain.FieldValidTo]
	if from != "" && to != "" && to <= from {
		wrong(&c.row, domain.NoteValue, c.entry.Cell(domain.FieldValidTo), "a mapping ends after the day on which it begins")
	}
	if c.says.exported {
		c.readMark()
	}
}

// readMark takes the ID and version of an exported row.
func (c *mappingCase) readMark() {
	id, err := domain.ParseID(strings.TrimSpace(c.entry.Text(domain.FieldID)))
	version, versionErr := strconv.Atoi(strings.TrimSpace(c.entry.Text(domain.FieldVersion)))
	if err != nil || versionErr != nil || version < 1 {
		wrong(&c.row, domain.NoteLocked, c.entry.Cell(domain.FieldID), "the row's ID or version is not as it was exported")
		return
	}
	c.says.id, c.says.version, c.row.Base = id, version, version
}

// parsedTerm is a cell as a mapping holds it, or why it cannot.
func parsedTerm(field domain.ImportField, text, decimal string) (understood, why string) {
	switch field {
	case domain.FieldRelation:
		return parsedRelation(text)
	case domain.FieldFactor:
		if decimal == "," {
			text = strings.ReplaceAll(text, ",", ".")
		}
		factor, err := domain.ParseFactor(text)
		return string(factor), domain.ErrorMessage(err, "")
	case domain.FieldUnit:
		if len(text) > maxUnit {
			return "", "a unit has at most 20 characters"
		}
		return text, ""
	default:
		day, err := domain.ParseDate(text)
		return string(day), domain.ErrorMessage(err, "")
	}
}

// maxUnit bounds a unit, in bytes.
const maxUnit = 20

// parsedRelation takes a relation by its name, however it is written; nothing means that both are the same.
func parsedRelation(text string) (understood, why string) {
	name := domain.Relation(strings.ReplaceAll(strings.ReplaceAll(folded(text), " ", "_"), "-", "_"))
	if name == "" {
		return string(domain.RelationEquivalent), ""
	}
	if !slices.Contains(domain.Relations(), name) {
		var all []string
		for _, relation := range domain.Relations() {
			all = append(all, string(relation))
		}
		return "", "a relation is one of: " + strings.Join(all, ", ")
	}
	return string(name), ""
}
