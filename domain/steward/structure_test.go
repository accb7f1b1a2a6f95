package steward_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// places is records that name each other, by code.
type places struct {
	*bundle
	ids map[string]domain.ID
}

func newPlaces(t testing.TB) *places {
	t.Helper()
	return &places{bundle: setup(t), ids: map[string]domain.ID{}}
}

// id is the record of a code, one that is still to be made included.
func (w *places) id(code string) domain.ID {
	if _, known := w.ids[code]; !known {
		w.ids[code] = domain.NewID()
	}
	return w.ids[code]
}

func refTo(name domain.DomainName, id domain.ID) domain.Reference {
	return domain.Reference{Domain: name, Record: id}
}

func one() domain.Quantity { return domain.Quantity{Number: decimal.NewFromInt(1)} }

// made is the item that creates a record.
func (w *places) made(name domain.DomainName, code string, values domain.Attributes) domain.ChangeItem {
	return domain.ChangeItem{Action: domain.ItemCreateRecord, Domain: name, Label: code, Record: w.id(code), Set: values.With(domain.Attributes{"code": domain.Code(code)})}
}

func (w *places) item(code string) domain.ChangeItem {
	return w.made(catalog.Item, code, domain.Attributes{catalog.ItemName: domain.Translated{"en": "Part " + code}, catalog.ItemBaseUnit: domain.Enum("C62")})
}

func (w *places) location(code, parent string) domain.ChangeItem {
	values := domain.Attributes{catalog.LocationName: domain.Text("Place " + code)}
	if parent != "" {
		values[catalog.LocationParent] = refTo(catalog.Location, w.id(parent))
	}
	return w.made(catalog.Location, code, values)
}

// bom is BOM-ITEM, or that with what stands behind it at a plant, of components.
func (w *places) bom(item string, more domain.Attributes, components ...string) domain.ChangeItem {
	values := domain.Attributes{
		catalog.BOMItem: refTo(catalog.Item, w.id(item)), catalog.BOMType: domain.Enum("manufacture"), catalog.BOMBaseQuantity: one(), catalog.BOMBaseUnit: domain.Enum("C62"),
		catalog.BOMComponents: w.components(components...),
	}
	return w.made(catalog.BOM, "BOM-"+item+more.Text(catalog.BOMPlant), values.With(more))
}

func (w *places) components(codes ...string) domain.Value {
	var lines domain.Lines
	for i, code := range codes {
		lines = append(lines, domain.Line{ID: fmt.Sprintf("L%d", i+1), Attributes: domain.Attributes{
			catalog.ComponentItem: refTo(catalog.Item, w.id(code)), catalog.ComponentQuantity: one(), catalog.ComponentUnit: domain.Enum("C62"),
		}})
	}
	return lines
}

// changed is the item that sets values of a record.
func (w *places) changed(t testing.TB, code string, set domain.Attributes) domain.ChangeItem {
	t.Helper()
	record := w.golden(t, w.id(code))
	item := domain.ChangeItem{Action: domain.ItemUpdateRecord, Domain: record.Domain, Label: code, Record: record.ID, BaseVersion: record.Version, Set: domain.Attributes{}}
	for id, v := range set {
		if v == nil || v.Empty() {
			item.Clear = append(item.Clear, id)
			continue
		}
		item.Set[id] = v
	}
	item.Before = record.Attributes.Only(item.Touched())
	return item
}

func (w *places) moved(t testing.TB, code string, action domain.ItemAction) domain.ChangeItem {
	t.Helper()
	record := w.golden(t, w.id(code))
	return domain.ChangeItem{Action: action, Domain: record.Domain, Label: code, Record: record.ID, BaseVersion: record.Version}
}

// try proposes items of any domains as one request and approves it; it returns the request as it came out.
func (w *places) try(t testing.TB, items ...domain.ChangeItem) domain.ChangeRequest {
	t.Helper()
	name := items[0].Domain
	for _, item := range items {
		if item.Domain != name {
			name = ""
		}
	}
	var request domain.ChangeRequest
	err := w.store.Write(t.Context(), domain.Change{Actor: w.ana.ID, Reason: "test"}, func(repos domain.Repos) (err error) {
		request, err = w.desk.Propose(t.Context(), repos, w.ana, domain.ChangeRequest{Kind: domain.RequestDecision, Domain: name, Title: "test", Reason: "test"}, items)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return must(w.desk.Approve(t.Context(), w.bo, request.ID, request.Version))(t)
}

// do is try for what must go well.
func (w *places) do(t testing.TB, items ...domain.ChangeItem) {
	t.Helper()
	if request := w.try(t, items...); request.State != domain.RequestApplied {
		t.Fatalf("the request is %s: %s", request.State, request.ClosedWhy)
	}
}

// refused is try for what must fail with a sentence that has all the words.
func (w *places) refused(t testing.TB, words string, items ...domain.ChangeItem) {
	t.Helper()
	request := w.try(t, items...)
	if request.State != domain.RequestFailed || !strings.Contains(request.ClosedWhy, words) {
		t.Errorf("the request is %s: %q, want %q", request.State, request.ClosedWhy, words)
	}
}

func TestReferencesMustLead(t *testing.T) {
	t.Parallel()
	w := newPlaces(t)
	w.refused(t, "Item names a record that there is not", w.bom("A", nil, "B"))
	w.refused(t, "Item names a record that there is not", w.item("A"), w.bom("A", nil, "B"))
	if refs := must(w.store.Read().References.Of(t.Context(), []domain.ID{w.id("BOM-A")}))(t); len(refs) != 0 {
		t.Errorf("%v is left of what was refused", refs)
	}
	w.do(t, w.bom("A", nil, "B"), w.item("A"), w.item("B")) // in one request, in any order
	w.do(t, w.location("STORE", ""))
	w.refused(t, "which is a location and not a item", w.bom("B", nil, "STORE"))
	w.refused(t, "there is no plant NOWHERE", w.bom("B", domain.Attributes{catalog.BOMPlant: domain.Code("NOWHERE")}, "A"))
	w.refused(t, "B Part B cannot be retired: it is still named by BOM-A", w.moved(t, "B", domain.ItemRetireRecord))
	w.do(t, w.moved(t, "BOM-A", domain.ItemRetireRecord))
	w.do(t, w.moved(t, "B", domain.ItemRetireRecord))
	w.refused(t, "BOM-A: Item names B Part B, which is retired", w.moved(t, "BOM-A", domain.ItemRestoreRecord))
	w.do(t, w.item("C"))
	w.refused(t, "which is retired", w.bom("C", nil, "B"))
	// A lot lasts beyond its item, and names it all the same.
	lot := domain.Attributes{catalog.LotNumber: domain.Code("L-1"), catalog.LotItem: refTo(catalog.Item, w.id("B"))}
	w.do(t, w.made(catalog.Lot, "B/L-1", lot))
}

// TestRetiredTogether: what names a thing may go with it, and an unrelated change of what names something retired goes through.
func TestRetiredTogether(t *testing.T) {
	t.Parallel()
	w := newPlaces(t)
	w.do(t, w.item("A"), w.item("B"), w.bom("A", nil, "B"))
	w.do(t, w.moved(t, "B", domain.ItemRetireRecord), w.moved(t, "BOM-A", domain.ItemRetireRecord))
	if w.golden(t, w.id("B")).State != domain.RecordRetired {
		t.Error("B is not retired")
	}
}

func TestNothingContainsItself(t *testing.T) {
	t.Parallel()
	plant := func(id string) domain.Attributes { return domain.Attributes{catalog.BOMPlant: domain.Code(id)} }
	days := func(from, to string) domain.Attributes {
		return domain.Attributes{catalog.BOMValidFrom: domain.Day(from), catalog.BOMValidTo: domain.Day(to)}
	}
	tests := map[string]struct {
		structures [][]string
		more       []domain.Attributes
		last       []string
		lastMore   domain.Attributes
		want       string
	}{
		"itself":                     {nil, nil, []string{"A", "A"}, nil, "A Part A would contain itself: A Part A > A Part A"},
		"through another":            {[][]string{{"A", "B"}}, nil, []string{"B", "C", "A"}, nil, "B Part B would contain itself: B Part B > A Part A > B Part B"},
		"through two":                {[][]string{{"A", "B"}, {"B", "C"}}, nil, []string{"C", "A"}, nil, "C Part C > A Part A > B Part B > C Part C"},
		"the same twice is fine":     {[][]string{{"A", "B", "C"}}, nil, []string{"B", "C", "C"}, nil, ""},
		"at another plant":           {[][]string{{"A", "B"}}, []domain.Attributes{plant("STU1")}, []string{"B", "A"}, plant("BER2"), ""},
		"at the same plant":          {[][]string{{"A", "B"}}, []domain.Attributes{plant("STU1")}, []string{"B", "A"}, plant("STU1"), "B Part B > A Part A > B Part B"},
		"at one plant and all":       {[][]string{{"A", "B"}}, []domain.Attributes{plant("STU1")}, []string{"B", "A"}, nil, "contain itself"},
		"on other days":              {[][]string{{"A", "B"}}, []domain.Attributes{days("", "2026-01-01")}, []string{"B", "A"}, days("2026-01-01", ""), ""},
		"on one day together":        {[][]string{{"A", "B"}}, []domain.Attributes{days("", "2026-01-02")}, []string{"B", "A"}, days("2026-01-01", ""), "contain itself"},
		"never all three on one day": {[][]string{{"A", "B"}, {"B", "C"}}, []domain.Attributes{days("", "2026-01-01"), nil}, []string{"C", "A"}, days("2026-06-01", ""), ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newPlaces(t)
			w.do(t, w.item("A"), w.item("B"), w.item("C"))
			for i, s := range tt.structures {
				var more domain.Attributes
				if i < len(tt.more) {
					more = tt.more[i]
				}
				w.do(t, w.bom(s[0], more, s[1:]...))
			}
			last := w.bom(tt.last[0], tt.lastMore, tt.last[1:]...)
			if tt.want == "" {
				w.do(t, last)
				return
			}
			w.refused(t, tt.want, last)
		})
	}
}

// TestWhatBringsACircleAbout: not only a new line does, but also what is merged, brought back, or holds elsewhere from now on.
func TestWhatBringsACircleAbout(t *testing.T) {
	t.Parallel()
	w := newPlaces(t)
	w.do(t, w.item("A"), w.item("B"), w.item("C"), w.item("D"), w.bom("A", domain.Attributes{catalog.BOMPlant: domain.Code("STU1")}, "B"))
	w.do(t, w.bom("B", domain.Attributes{catalog.BOMPlant: domain.Code("BER2")}, "A"))
	w.refused(t, "contain itself", w.changed(t, "BOM-BBER2", domain.Attributes{catalog.BOMPlant: domain.Code("")}))
	w.do(t, w.moved(t, "BOM-BBER2", domain.ItemRetireRecord))
	w.do(t, w.bom("B", nil, "C"))
	w.refused(t, "contain itself", w.changed(t, "BOM-B", domain.Attributes{catalog.BOMComponents: w.components("C", "A")}))
	w.do(t, w.changed(t, "BOM-B", domain.Attributes{catalog.BOMComponents: w.components("C", "D")}))
	a, d := w.golden(t, w.id("A")), w.golden(t, w.id("D"))
	w.refused(t, "contain itself", domain.ChangeItem{
		Action: domain.ItemMergeRecord, Domain: catalog.Item, Label: "D", Record: d.ID, BaseVersion: d.Version, Into: a.ID, IntoVersion: a.Version,
	})
	if w.golden(t, w.id("D")).State != domain.RecordActive {
		t.Error("the merge was half applied")
	}
}

// TestMergedComponentsAreTheirHeir: what names a merged record names the one that answers for it.
func TestMergedComponentsAreTheirHeir(t *testing.T) {
	t.Parallel()
	w := newPlaces(t)
	w.do(t, w.item("A"), w.item("B"), w.item("B2"), w.bom("A", nil, "B2"))
	b, b2 := w.golden(t, w.id("B")), w.golden(t, w.id("B2"))
	w.do(t, domain.ChangeItem{Action: domain.ItemMergeRecord, Domain: catalog.Item, Label: "B2", Record: b2.ID, BaseVersion: b2.Version, Into: b.ID, IntoVersion: b.Version})
	w.refused(t, "still named by BOM-A", w.moved(t, "B", domain.ItemRetireRecord))
	w.refused(t, "B Part B > A Part A > B Part B", w.bom("B", nil, "A"))
	users := must(w.desk.Users(t.Context(), w.store.Read(), w.id("B")))(t)
	if len(users) != 1 || users[0] != "BOM-A" {
		t.Errorf("%v", users)
	}
	w.do(t, w.item("C"), w.bom("C", nil, "B2")) // by its old ID
}

func TestParentsLeadUpwards(t *testing.T) {
	t.Parallel()
	w := newPlaces(t)
	w.refused(t, "Parent names a record that there is not", w.location("BIN", "ZONE"))
	w.do(t, w.location("BIN", "ZONE"), w.location("ZONE", "HALL"), w.location("HALL", ""))
	under := func(parent string) domain.Attributes {
		return domain.Attributes{catalog.LocationParent: refTo(catalog.Location, w.id(parent))}
	}
	w.refused(t, "HALL Place HALL would contain itself: HALL Place HALL > ZONE Place ZONE > BIN Place BIN > HALL Place HALL", w.changed(t, "HALL", under("BIN")))
	w.refused(t, "ZONE Place ZONE > ZONE Place ZONE", w.changed(t, "ZONE", under("ZONE")))
	w.do(t, w.changed(t, "BIN", under("HALL")))
	w.do(t, w.changed(t, "ZONE", under("BIN")))
}

// TestRandomStructures: whatever is asked for, in whatever steps, is done exactly where it leaves nothing that contains itself.
func TestRandomStructures(t *testing.T) {
	t.Parallel()
	w := newPlaces(t)
	rapid.Check(t, func(rt *rapid.T) {
		w.ids = map[string]domain.ID{}
		tag := domain.NewID().String()
		codes := make([]string, 5)
		var items []domain.ChangeItem
		for i := range codes {
			codes[i] = fmt.Sprintf("%c-%s", 'A'+i, tag)
			items = append(items, w.item(codes[i]))
		}
		w.do(t, items...)
		contains := map[string][]string{}
		for range rapid.IntRange(1, 8).Draw(rt, "edits") {
			made := rapid.SampledFrom(codes).Draw(rt, "item")
			of := rapid.SliceOfNDistinct(rapid.SampledFrom(codes), 1, 3, func(c string) string { return c }).Draw(rt, "components")
			edit := w.bom(made, nil, of...)
			if _, known := contains[made]; known {
				edit = w.changed(t, "BOM-"+made, domain.Attributes{catalog.BOMComponents: w.components(of...)})
			}
			before, had := contains[made]
			contains[made] = of
			circular := containsItself(contains, made)
			request := w.try(t, edit)
			if got := request.State == domain.RequestFailed; got != circular {
				rt.Fatalf("%s of %v: %s %q, circular %v", made, of, request.State, request.ClosedWhy, circular)
			}
			if circular {
				if delete(contains, made); had {
					contains[made] = before
				} else {
					delete(w.ids, "BOM-"+made)
				}
			}
		}
	})
}

// containsItself is the plain truth about a structure.
func containsItself(contains map[string][]string, item string) bool {
	seen := map[string]bool{}
	var down func(string) bool
	down = func(at string) bool {
		for _, c := range contains[at] {
			if c == item {
				return true
			}
			if !seen[c] {
				if seen[c] = true; down(c) {
					return true
				}
			}
		}
		return false
	}
	return down(item)
}

// TestMixedRequestsNeedWhoMayAll: a request of several domains is for people who may act in all of them.
func TestMixedRequestsNeedWhoMayAll(t *testing.T) {
	t.Parallel()
	w := newPlaces(t)
	onlyItems := actor("ida", domain.Anywhere, domain.ActionRead, domain.ActionPropose, domain.ActionApprove)
	for i := range onlyItems.Grants {
		onlyItems.Grants[i].Domain = catalog.Item
	}
	items := []domain.ChangeItem{w.item("A"), w.item("B"), w.bom("A", nil, "B")}
	propose := func(by domain.Actor, name domain.DomainName) (request domain.ChangeRequest, err error) {
		err = w.store.Write(t.Context(), domain.Change{Actor: by.ID, Reason: "test"}, func(repos domain.Repos) (err error) {
			request, err = w.desk.Propose(t.Context(), repos, by, domain.ChangeRequest{Kind: domain.RequestDecision, Domain: name, Title: "test", Reason: "test"}, items)
			return err
		})
		return request, err
	}
	_, err := propose(onlyItems, "")
	wantCode(t, err, domain.CodeAccessDenied)
	_, err = propose(w.ana, catalog.Item) // under the name of one of its domains it would be for that one's people
	wantCode(t, err, domain.CodeDecisionInvalid)
	request := must(propose(w.ana, ""))(t)
	_, err = w.desk.Approve(t.Context(), onlyItems, request.ID, request.Version)
	wantCode(t, err, domain.CodeAccessDenied)
	if fits := steward.DefaultPolicy(); len(fits.Rules) == 0 {
		t.Error("no rules")
	}
	w.approve(t, request)
}
