package api

import (
	"bytes"
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Value is one value in the canonical encoding, such as {"text":"…"} or {"qty":"0.25","unit":"KGM"}; null says nothing.
type Value struct{ value domain.Value }

// MarshalJSON writes the canonical encoding.
func (v Value) MarshalJSON() ([]byte, error) { return domain.EncodeValue(v.value), nil }

// UnmarshalJSON reads the canonical encoding; anything else is CodeValueInvalid.
func (v *Value) UnmarshalJSON(data []byte) (err error) {
	v.value, err = domain.DecodeValue(data)
	return err
}

// Schema describes values.
func (Value) Schema(r huma.Registry) *huma.Schema {
	return named(r, "Value", &huma.Schema{
		Type: huma.TypeObject, Nullable: true, AdditionalProperties: true,
		Description: `A value in the canonical encoding: {"text":"…"}, {"code":"…"}, {"enum":"…"}, {"qty":"0.25","unit":"KGM"}, {"i18n":{"en":"…"}}, ` +
			`{"date":"2026-11-23"}, {"bool":true}; null says nothing. Numbers are strings, so that none is rounded.`,
	})
}

// Attributes are values by attribute ID.
type Attributes struct{ values domain.Attributes }

// MarshalJSON writes the canonical encoding.
func (a Attributes) MarshalJSON() ([]byte, error) { return a.values.Encode(), nil }

// UnmarshalJSON reads the canonical encoding; anything else is CodeValueInvalid.
func (a *Attributes) UnmarshalJSON(data []byte) (err error) {
	a.values, err = domain.DecodeAttributes(data)
	return err
}

// Schema describes attributes.
func (Attributes) Schema(r huma.Registry) *huma.Schema {
	return named(r, "Attributes", &huma.Schema{
		Type: huma.TypeObject, AdditionalProperties: Value{}.Schema(r), Description: "Values by attribute ID; what is left out says nothing.",
	})
}

// named puts a schema among the components and returns a reference to it.
func named(r huma.Registry, name string, schema *huma.Schema) *huma.Schema {
	if _, known := r.Map()[name]; !known {
		schema.PrecomputeMessages()
		r.Map()[name] = schema
	}
	return &huma.Schema{Ref: "#/components/schemas/" + name}
}

// display is a value as people read it in a table.
func display(v domain.Value) string {
	if v == nil {
		return ""
	}
	return v.Display()
}

func indentedJSON(content any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(content)
	return out.Bytes(), err
}
