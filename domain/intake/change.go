package intake

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// change stores what next makes of an import, for somebody who may change it. A worker may store its progress meanwhile: that is
// no change of theirs.
func (n *Intake) change(ctx context.Context, by domain.Actor, id domain.ID, next func(domain.Ops, domain.Import) (domain.Import, error)) (domain.Import, error) {
	var changed domain.Import
	err := n.Store.Operate(ctx, func(ops domain.Ops) error {
		imported, err := own(ctx, ops.Imports, by, id)
		if err != nil {
			return err
		}
		if changed, err = next(ops, imported); err != nil {
			return err
		}
		return ops.Imports.Save(ctx, changed, imported.Version)
	})
	return changed, err
}

// SetLayout has an import read again by a layout that somebody has corrected. CodeImportStale, CodeImportState, CodeImportInvalid.
func (n *Intake) SetLayout(ctx context.Context, by domain.Actor, id domain.ID, version int, layout domain.ImportLayout) (domain.Import, error) {
	definition, err := n.definitionOf(ctx, by, id)
	if err != nil {
		return domain.Import{}, err
	}
	changed, err := n.change(ctx, by, id, func(_ domain.Ops, imported domain.Import) (domain.Import, error) {
		if imported.Version != version {
			return imported, domain.Conflict(domain.CodeImportStale, "the import %q has changed since you looked at it", imported.FileName)
		}
		if err := fitting(imported, definition, layout); err != nil {
			return imported, err
		}
		return imported.LaidOut(layout)
	})
	if err == nil {
		n.ring()
	}
	return changed, err
}

func (n *Intake) definitionOf(ctx context.Context, by domain.Actor, id domain.ID) (domain.Definition, error) {
	imported, err := n.Import(ctx, by, id)
	if err != nil {
		return domain.Definition{}, err
	}
	return n.Desk.Governed(ctx, n.Store.Read(), imported.Domain)
}

// fitting says what is wrong with a layout for an import.
func fitting(imported domain.Import, definition domain.Definition, layout domain.ImportLayout) error {
	if err := columnFault(imported, definition, layout); err != nil {
		return err
	}
	if !slices.Contains([]string{"", ".", ","}, layout.Decimal) || !slices.Contains([]string{"", "dmy", "mdy", "ymd"}, layout.DateOrder) {
		return domain.Invalid(domain.CodeImportInvalid, "the sign before a fraction is . or , and the order of dates dmy, mdy or ymd")
	}
	if layout.HeaderRow < 0 || layout.HeaderRows < 0 || layout.HeaderRows > 2 {
		return domain.Invalid(domain.CodeImportInvalid, "the head is one row, or two")
	}
	return missing(FieldsOf(imported.Kind, definition, false), layout)
}

// columnFault says what is wrong with the columns of a layout.
func columnFault(imported domain.Import, definition domain.Definition, layout domain.ImportLayout) error {
	known := map[domain.ImportField]bool{domain.FieldIgnored: true}
	for _, field := range FieldsOf(imported.Kind, definition, imported.System == "") {
		known[field.Field] = true
	}
	columns, fields := map[int]bool{}, map[string]bool{}
	for _, c := range layout.Columns {
		switch role := fmt.Sprint(c.Field, "\x00", c.Plant, "\x00", c.Language); {
		case c.Column < 1 || c.Column > maxColumns:
			return domain.Invalid(domain.CodeImportInvalid, "a column has a number from 1 to %d", maxColumns)
		case columns[c.Column]:
			return domain.Invalid(domain.CodeImportInvalid, "column %d is named twice", c.Column)
		case !known[plainField(c.Field)]:
			return domain.Invalid(domain.CodeImportInvalid, "a column of such a file cannot hold %q", string(c.Field))
		case c.Field != domain.FieldIgnored && fields[role]:
			return domain.Invalid(domain.CodeImportInvalid, "two columns cannot both hold %q", string(c.Field))
		default:
			columns[c.Column], fields[role] = true, true
		}
	}
	return nil
}

// maxColumns is how many columns a sheet can have.
const maxColumns = 16_384

// missing says which required field no column holds. Attributes of records may be left out: what a file does not say it leaves
// as it is.
func missing(fields []FieldInfo, layout domain.ImportLayout) error {
	for _, field := range fields {
		if !field.Required || strings.HasPrefix(string(field.Field), "attribute:") {
			continue
		}
		if _, held := layout.Column(field.Field); !held {
			return domain.Invalid(domain.CodeImportInvalid, "say which column holds: %s", strings.ToLower(field.Label))
		}
	}
	return nil
}

// Cancel gives an import up. Nothing of it was changed.
func (n *Intake) Cancel(ctx context.Context, by domain.Actor, id domain.ID) (domain.Import, error) {
	return n.change(ctx, by, id, func(_ domain.Ops, imported domain.Import) (domain.Import, error) { return imported.Cancelled() })
}

// Submit has a worker hand in an import: its new and changed rows as change requests, or its records as a run. Rows in conflict
// or wrong stay out of it; with strict, one such keeps all out (CodeImportFaulty). CodeImportSubmitted, CodeImportState.
func (n *Intake) Submit(ctx context.Context, by domain.Actor, id domain.ID, reason string, strict bool) (domain.Import, error) {
	changed, err := n.change(ctx, by, id, func(ops domain.Ops, imported domain.Import) (domain.Import, error) {
		if reason = strings.TrimSpace(reason); reason == "" {
			reason = strings.TrimSpace(string(imported.Kind) + " file " + imported.FileName)
		}
		handed, err := imported.HandedIn(by.ID, reason, strict)
		if err != nil {
			return imported, err
		}
		return handed, submittable(ctx, ops, by, imported)
	})
	if err == nil {
		n.ring()
	}
	return changed, err
}

// submittable refuses an import of which nothing would be handed in, and one with rows of plants for which the actor may not
// propose: those of an import of no one system may be other than what its uploader may.
func submittable(ctx context.Context, ops domain.Ops, by domain.Actor, imported domain.Import) error {
	if imported.Kind == domain.ImportRecordsPartial || imported.Kind == domain.ImportRecordsComplete {
		return nil
	}
	plants, err := ops.Imports.PendingPlants(ctx, imported.ID)
	if err != nil {
		return err
	}
	if len(plants) == 0 {
		return domain.Invalid(domain.CodeDecisionInvalid, "nothing in the file would change anything")
	}
	for _, plant := range plants {
		if err := by.Require(domain.ActionPropose, domain.Scope{Domain: imported.Domain, Plant: plant, System: imported.System}); err != nil {
			return err
		}
	}
	return nil
}

// plainField is the field of an attribute without the place that its values are of, as an export names it.
func plainField(field domain.ImportField) domain.ImportField {
	id, ofAttribute := domain.ImportColumn{Field: field}.Attribute()
	if !ofAttribute {
		return field
	}
	return domain.AttributeField(id.Plain())
}
