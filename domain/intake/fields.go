package intake

import (
	"context"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// FieldInfo says what a column of an upload may hold.
type FieldInfo struct {
	Field    domain.ImportField
	Label    string
	Required bool
	Help     string
}

// Fields lists what the columns of an import may hold.
func (n *Intake) Fields(ctx context.Context, by domain.Actor, id domain.ID) ([]FieldInfo, error) {
	imported, err := n.Import(ctx, by, id)
	if err != nil {
		return nil, err
	}
	definition, err := n.Desk.Governed(ctx, n.Store.Read(), imported.Domain)
	if err != nil {
		return nil, err
	}
	return FieldsOf(imported.Kind, definition, imported.System == ""), nil
}

// Labels are the names of what may differ in rows of an import.
func (n *Intake) Labels(ctx context.Context, by domain.Actor, id domain.ID) (map[domain.AttributeID]string, error) {
	definition, err := n.definitionOf(ctx, by, id)
	labels := map[domain.AttributeID]string{}
	for _, field := range mappingFields(false) {
		labels[domain.AttributeID(field.Field)] = field.Label
	}
	for _, a := range definition.Attributes {
		labels[a.ID] = a.Label // in a mapping none of these differ
	}
	return labels, err
}

// FieldsOf lists what the columns of an upload of a kind may hold; of several plants where it is of no one system.
func FieldsOf(kind domain.ImportKind, definition domain.Definition, several bool) []FieldInfo {
	switch kind {
	case domain.ImportMapping:
		return mappingFields(several)
	case domain.ImportGolden:
		return append([]FieldInfo{
			{domain.FieldID, "ID", true, "The record, as it was exported; it is not to be changed."},
			{domain.FieldVersion, "Version", true, "The version that was exported; it is not to be changed."},
		}, attributeFields(definition)...)
	default:
		return append([]FieldInfo{{domain.FieldCode, "Code", true, "The code by which the system knows the record."}}, attributeFields(definition)...)
	}
}

func mappingFields(several bool) []FieldInfo {
	return []FieldInfo{
		{domain.FieldCode, "Plant's code", true, "The code as the plant writes it, with all its zeros."},
		{domain.FieldTarget, "Canonical code", true, "The code of the record that it stands for."},
		{domain.FieldPlant, "Plant", several, "Whose code it is: the plant's code or name."},
		{domain.FieldName, "Name", false, "What the plant calls it; it helps to find the record."},
		{domain.FieldRelation, "Relation", false, "How the code relates to the record; nothing means that they are the same."},
		{domain.FieldFactor, "Factor", false, "How many of the record's base unit one of the code is: 12, 0.5 or 1/3."},
		{domain.FieldUnit, "Unit", false, "The code's own unit; nothing means the record's."},
		{domain.FieldValidFrom, "Valid from", false, "The first day on which the code stands for the record."},
		{domain.FieldValidTo, "Valid to", false, "The first day on which it no longer does."},
		{domain.FieldRemark, "Remark", false, "For people; it is not kept."},
		{domain.FieldID, "ID", false, "The mapping, as it was exported; it is not to be changed."},
		{domain.FieldVersion, "Version", false, "The version that was exported; it is not to be changed."},
	}
}

// attributeFields are the attributes that a cell can hold: a list of lines does not fit into one.
func attributeFields(definition domain.Definition) []FieldInfo {
	var fields []FieldInfo
	for _, a := range definition.Attributes {
		if a.Kind != domain.KindLines {
			fields = append(fields, FieldInfo{domain.AttributeField(a.ID), a.Label, a.Required, ""})
		}
	}
	return fields
}
