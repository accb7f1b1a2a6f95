package odoo_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/server/connect/odoo"
)

var update = flag.Bool("update", false, "write the field map into the documentation")

// with is a sound system's settings and one more.
func with(setting, value string) map[string]string {
	return map[string]string{"base_url": "https://odoo.example.com", "database": "main", setting: value}
}

// TestFieldMap: every attribute of every domain that Odoo knows stands in the field map, and in one place.
func TestFieldMap(t *testing.T) {
	t.Parallel()
	fields, known := odoo.FieldMap(catalog.Item)
	var mapped []domain.AttributeID
	for _, f := range fields {
		mapped = append(mapped, f.Attribute)
		nameless := f.Access == odoo.AccessHubOnly || f.Access == odoo.AccessCustom
		if (f.Name == "") != nameless {
			t.Errorf("%s is %s in the field %q", f.Attribute, f.Access, f.Name)
		}
		attribute, _ := catalog.ItemDefinition().Attribute(f.Attribute)
		if attribute.ComparedOnly && f.Access != odoo.AccessReadOnly {
			t.Errorf("%s is compared only, and %s in Odoo", f.Attribute, f.Access)
		}
		if f.PerCompany != (attribute.Scope == domain.ScopeCompany) {
			t.Errorf("%s: the field map and the definition do not agree whether it is a company's own", f.Attribute)
		}
	}
	slices.Sort(mapped)
	declared := catalog.ItemDefinition().IDs()
	slices.Sort(declared)
	if !known || !slices.Equal(mapped, declared) {
		t.Errorf("mapped %v, declared %v", mapped, declared)
	}
	if _, known := odoo.FieldMap("bom"); known {
		t.Error("a domain nobody declared is known")
	}
}

// TestFieldsOf: what a site turns on is read and written, and nothing else is.
func TestFieldsOf(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		settings  map[string]string
		attribute domain.AttributeID
		want      odoo.Access
		field     string
	}{
		"what every Odoo has":                   {nil, "net_weight", odoo.AccessWritten, "weight"},
		"a module's field":                      {nil, "hs_code", odoo.AccessHubOnly, ""},
		"a module's field turned on":            {with("extra_fields", "hs_code"), "hs_code", odoo.AccessWritten, "hs_code"},
		"an own field":                          {nil, "material", odoo.AccessHubOnly, ""},
		"an own field turned on":                {with("extra_fields", "material=x_material"), "material", odoo.AccessWritten, "x_material"},
		"another field of Odoo's is only read":  {with("extra_fields", "lead_time=sale_delay"), "lead_time", odoo.AccessReadOnly, "sale_delay"},
		"a cost without a company":              {nil, "standard_cost", odoo.AccessHubOnly, ""},
		"a cost with a company":                 {with("company", "Main"), "standard_cost", odoo.AccessReadOnly, "standard_price"},
		"nothing is turned on by what is wrong": {with("extra_fields", "material=x_material, colour"), "material", odoo.AccessHubOnly, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fields := odoo.FieldsOf(domain.SourceSystem{ID: "o", Settings: tt.settings}, catalog.Item)
			at := slices.IndexFunc(fields, func(f odoo.Field) bool { return f.Attribute == tt.attribute })
			if at < 0 || fields[at].Access != tt.want || fields[at].Name != tt.field {
				t.Errorf("%+v", fields[max(at, 0)])
			}
		})
	}
	if fields := odoo.FieldsOf(domain.SourceSystem{}, "bom"); len(fields) != 0 {
		t.Errorf("a domain nobody declared has %d fields", len(fields))
	}
}

// TestFieldMapDocumented: the table in the documentation is the field map.
func TestFieldMapDocumented(t *testing.T) {
	t.Parallel()
	const page, begin, end = "../../../docs/odoo-setup.md", "<!-- field map: generated -->\n", "<!-- end of the field map -->"
	content, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(content), begin)
	_, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		t.Fatalf("%s has no place for the field map", page)
	}
	whole := before + begin + documented() + end + after
	if *update {
		if err := os.WriteFile(page, []byte(whole), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if whole != string(content) {
		t.Errorf("%s is stale: go test ./server/connect/odoo -update", page)
	}
}

func documented() string {
	var b strings.Builder
	b.WriteString("| Item attribute | Field of `product.product` | | |\n|---|---|---|---|\n")
	words := map[odoo.Access]string{
		odoo.AccessWritten: "read and written", odoo.AccessCreateOnly: "read; set when a product is created", odoo.AccessReadOnly: "read and compared",
		odoo.AccessCustom: "a field of your own", odoo.AccessHubOnly: "in Crosswalk only",
	}
	fields, _ := odoo.FieldMap(catalog.Item)
	for _, f := range fields {
		name, note := "", f.Note
		if f.Name != "" {
			name = "`" + f.Name + "`"
		}
		if f.Module != "" {
			note = strings.TrimPrefix(note+"; turned on by extra_fields, needs the module `"+f.Module+"`", "; ")
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", f.Attribute, name, words[f.Access], note)
	}
	return b.String()
}
