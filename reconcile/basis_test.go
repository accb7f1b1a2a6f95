package reconcile_test

import (
	"reflect"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
)

// TestTheFingerprintIsOverTheWholeDefinition changes each thing that a definition can say, also what will be added to it: none
// of it may leave the fingerprint, and with it the marks of what agreed, as it was.
func TestTheFingerprintIsOverTheWholeDefinition(t *testing.T) {
	t.Parallel()
	definition := func() domain.Definition {
		return domain.Definition{Domain: "item", Attributes: []domain.Attribute{{ID: "bom", Kind: domain.KindLines, Lines: &domain.LineDefinition{
			Attributes: []domain.Attribute{{ID: "item"}},
		}}}}
	}
	parts := map[string]func(d *domain.Definition) reflect.Value{
		"Definition":     func(d *domain.Definition) reflect.Value { return reflect.ValueOf(d).Elem() },
		"Attribute":      func(d *domain.Definition) reflect.Value { return reflect.ValueOf(&d.Attributes[0]).Elem() },
		"Tolerance":      func(d *domain.Definition) reflect.Value { return reflect.ValueOf(&d.Attributes[0].Tolerance).Elem() },
		"LineDefinition": func(d *domain.Definition) reflect.Value { return reflect.ValueOf(d.Attributes[0].Lines).Elem() },
		"Attribute of a line": func(d *domain.Definition) reflect.Value {
			return reflect.ValueOf(&d.Attributes[0].Lines.Attributes[0]).Elem()
		},
	}
	fingerprint := func(d domain.Definition) string {
		return reconcile.Alignment{Definition: d}.Basis("plan", domain.NewID()).Fingerprint
	}
	before := fingerprint(definition())
	for part, of := range parts {
		d := definition()
		for i := range of(&d).NumField() {
			d := definition()
			changed := of(&d)
			another(t, changed.Field(i))
			if fingerprint(d) == before {
				t.Errorf("%s of %s is not part of it", changed.Type().Field(i).Name, part)
			}
		}
	}
}

// another gives a field another value than it has.
func another(t *testing.T, field reflect.Value) {
	t.Helper()
	switch field.Kind() {
	case reflect.String:
		field.SetString(field.String() + "x")
	case reflect.Int:
		field.SetInt(field.Int() + 1)
	case reflect.Bool:
		field.SetBool(!field.Bool())
	case reflect.Slice:
		field.Set(reflect.Append(field, reflect.Zero(field.Type().Elem())))
	case reflect.Array:
		another(t, field.Index(0))
	case reflect.Pointer:
		value := reflect.New(field.Type().Elem())
		another(t, value.Elem())
		field.Set(value)
	case reflect.Struct:
		if field.Type() == reflect.TypeFor[decimal.Decimal]() {
			field.Set(reflect.ValueOf(decimal.NewFromInt(7)))
			return
		}
		another(t, field.Field(0))
	default:
		t.Fatalf("there is no other value of a %s", field.Type())
	}
}

func TestWhatAComparisonRestsOn(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(a *reconcile.Alignment)
		same   bool
	}{
		"the attributes": {change: func(a *reconcile.Alignment) { a.Attributes = []domain.AttributeID{"name"} }},
		"the company":    {change: func(a *reconcile.Alignment) { a.Company = "A" }},
		"the plant":      {change: func(a *reconcile.Alignment) { a.System.Plant = "STU1" }},
		"the system":     {change: func(a *reconcile.Alignment) { a.System.ID = "wms" }},
		"its codes":      {change: func(a *reconcile.Alignment) { a.System.Codes = domain.CodeLegacy }},
		"its code rule":  {change: func(a *reconcile.Alignment) { a.System.CodeRule = domain.CodesUpperCase }},
		// what the marks are looked through for themselves, or what says nothing of whether a record differs
		"the day":           {same: true, change: func(a *reconcile.Alignment) { a.Day = "2026-01-11" }},
		"when it was read":  {same: true, change: func(a *reconcile.Alignment) { a.ReadAt = 7 }},
		"the system's name": {same: true, change: func(a *reconcile.Alignment) { a.System.Name = "The MES" }},
	}
	for phrase, tt := range tests {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			before := reconcile.Alignment{System: domain.SourceSystem{ID: "mes"}, Definition: codedDefinition(), Day: "2026-01-10"}
			after := before
			tt.change(&after)
			token := domain.NewID()
			if same := before.Basis("p", token).Fingerprint == after.Basis("p", token).Fingerprint; same != tt.same {
				t.Errorf("that the fingerprint is the same is %v", same)
			}
			if got := after.Basis("p", token); got.Day != after.Day || got.Token != token || got.Plan != "p" || got.Domain != "item" || got.System.ID != after.System.ID {
				t.Errorf("the basis is %+v", got)
			}
		})
	}
}
