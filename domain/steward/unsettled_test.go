package steward_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// variantOf lets a thing be a variant of another.
func variantOf(id domain.ID) domain.Attributes {
	return domain.Attributes{catalog.ItemVariantOf: refTo(catalog.Item, id)}
}

// ruled counts the requests that a standing rule has made.
func (b *bundle) ruled(t testing.TB) int {
	t.Helper()
	requests, _, err := b.desk.Requests(t.Context(), b.ana, domain.RequestQuery{Kind: domain.RequestRule, Page: domain.Page{Limit: 100}})
	return len(must(requests, err)(t))
}

// brokenTargets are what a thing must not name, by what is said of it.
func brokenTargets(t testing.TB, w *places) map[string]domain.ID {
	t.Helper()
	w.do(t, w.item("OLD"), w.location("HALL", ""))
	w.do(t, w.moved(t, "OLD", domain.ItemRetireRecord))
	return map[string]domain.ID{
		"names a record that there is not": domain.NewID(), "which is retired": w.id("OLD"), "which is a location and not a item": w.id("HALL"),
	}
}

// TestARowThatNamesWhatItMayNotIsNotRegistered: the others are, and the queue says why it was left out, in this run and in the next.
func TestARowThatNamesWhatItMayNotIsNotRegistered(t *testing.T) {
	t.Parallel()
	w := newPlaces(t)
	boltID, _ := w.load(t)
	targets := brokenTargets(t, w)
	w.rule(t, registering(mes))
	n, requests := 0, w.ruled(t)
	rows := []domain.SourceRecord{row("B-1", local(bolt())), row("N-1", local(nut()))}
	for why, target := range targets {
		n += 3
		good, bad := row(domain.Code("G-"+gtinOf(n)), washer(n).With(variantOf(boltID))), row(domain.Code("F-"+gtinOf(n)), washer(n+1).With(variantOf(target)))
		batch := append(slices.Clone(rows), good, bad, row(domain.Code("H-"+gtinOf(n)), washer(n+2)))
		for _, want := range []int{2, 0} {
			run := w.read(t, mes, batch...)
			if count := must(w.desk.Register(t.Context(), run))(t); count != want {
				t.Errorf("%s: %d registered, want %d", why, count, want)
			}
			if counts := w.judge(t, run); counts.Raised+counts.Seen != 1 {
				t.Errorf("%s: %+v", why, counts)
			}
			left := w.only(t)
			if left.Finding.Code != bad.Code || left.Finding.Class != domain.ClassUnmapped || !strings.Contains(left.Note, why) {
				t.Errorf("want %q of %s: %s %q", why, bad.Code, left.Finding.Code, left.Note)
			}
		}
		if requests++; w.ruled(t) != requests {
			t.Errorf("%s: %d requests, want %d", why, w.ruled(t), requests)
		}
		rows = slices.DeleteFunc(batch, func(r domain.SourceRecord) bool { return r.Code == bad.Code })
	}
	w.verify(t)
}

// followed is three things of STU1, of which the first may say whose variant it is.
type followed struct {
	*places
	ids []domain.ID
}

func newFollowed(t testing.TB) *followed {
	t.Helper()
	w := &followed{places: newPlaces(t)}
	boltID, nutID := w.load(t)
	w.do(t, w.item("TOP"), w.made(catalog.Item, "RING", local(washer(1))))
	w.mapTo(t, mes, "R-1", w.id("RING"))
	w.ids = []domain.ID{boltID, nutID, w.id("RING")}
	return w
}

// say lets STU1 say of which each of its things is a variant; zero is none.
func (w *followed) say(t testing.TB, more domain.Attributes, targets ...domain.ID) {
	t.Helper()
	rows := []domain.SourceRecord{row("B-1", local(bolt()).With(more)), row("N-1", local(nut())), row("R-1", washer(1))}
	for i, target := range targets {
		if !target.IsZero() {
			rows[i].Attributes = rows[i].Attributes.With(variantOf(target))
		}
	}
	w.reconcile(t, mes, rows...)
}

// variants are the records of which the three are variants.
func (w *followed) variants(t testing.TB) []domain.ID {
	t.Helper()
	named := make([]domain.ID, len(w.ids))
	for i, id := range w.ids {
		of, _ := w.golden(t, id).Attributes[catalog.ItemVariantOf].(domain.Reference)
		named[i] = of.Record
	}
	return named
}

// unsettledSayings are what the three say, which of it is left out and why.
func unsettledSayings(t testing.TB, w *followed) map[string]struct{ say, want []domain.ID } {
	t.Helper()
	top, none := w.id("TOP"), domain.ID{}
	cases := map[string]struct{ say, want []domain.ID }{
		"000123 Bolt M8 > 000124 Nut M8 > 000123 Bolt M8": {[]domain.ID{w.ids[1], w.ids[0], top}, []domain.ID{none, none, top}},
		"would contain itself":                            {[]domain.ID{w.ids[0], top, w.ids[1]}, []domain.ID{none, top, w.ids[1]}},
	}
	for why, target := range brokenTargets(t, w.places) {
		cases[why] = struct{ say, want []domain.ID }{[]domain.ID{target, top, w.ids[1]}, []domain.ID{none, top, w.ids[1]}}
	}
	return cases
}

// wantLeft wants the things whose saying had no effect in the queue, with the reason, and the others as they say.
func (w *followed) wantLeft(t testing.TB, why string, want []domain.ID) {
	t.Helper()
	if got := w.variants(t); !slices.Equal(got, want) {
		t.Errorf("%s: they are variants of %v, want %v", why, got, want)
	}
	for i, id := range w.ids {
		at := slices.IndexFunc(w.queue(t), func(d domain.Discrepancy) bool { return d.Finding.Record == id })
		if want[i].IsZero() && (at < 0 || !strings.Contains(w.queue(t)[at].Note, why)) {
			t.Errorf("%s: nobody is told of the %d. thing: %+v", why, i, w.queue(t))
		}
		if !want[i].IsZero() && at >= 0 {
			t.Errorf("%s: of the %d. thing is left %+v", why, i, w.queue(t)[at])
		}
	}
}

// trusting are the definitions, but that the item's references may follow a system as those of other domains do.
type trusting struct{ catalog.Definitions }

func (d trusting) Definition(name domain.DomainName) (domain.Definition, error) {
	definition, err := d.Definitions.Definition(name)
	definition.Attributes = slices.Clone(definition.Attributes)
	for i, a := range definition.Attributes {
		definition.Attributes[i].PersonOnly = a.PersonOnly && a.ID != catalog.ItemVariantOf
	}
	return definition, err
}

// lets attributes follow STU1's system.
func (w *followed) lets(t testing.TB, ids ...domain.AttributeID) {
	t.Helper()
	w.desk.Definitions = trusting{}
	rule := domain.Authority{Domain: catalog.Item, Version: 1}
	for _, id := range ids {
		rule.Attributes = append(rule.Attributes, authorityOf(id, domain.GovernFollow, false, mes).Attributes...)
	}
	err := w.store.Write(t.Context(), domain.Change{Actor: w.ana.ID, Reason: "test"}, func(repos domain.Repos) error {
		return repos.Authorities.Put(t.Context(), rule)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestAValueThatDoesNotSettleDoesNotFollow: the others do, of the same record as well.
func TestAValueThatDoesNotSettleDoesNotFollow(t *testing.T) {
	t.Parallel()
	for why, tt := range unsettledSayings(t, newFollowed(t)) {
		t.Run(why, func(t *testing.T) {
			t.Parallel()
			w := newFollowed(t)
			tt = unsettledSayings(t, w)[why]
			w.lets(t, catalog.ItemVariantOf, catalog.ItemLeadTime)
			w.say(t, domain.Attributes{catalog.ItemLeadTime: days(5)}, tt.say...)
			w.wantLeft(t, why, tt.want)
			if got := w.golden(t, w.ids[0]).Attributes[leadTimeAtSTU1]; !domain.Equal(got, days(5)) {
				t.Errorf("the lead time beside it is %v", got)
			}
			requests := w.ruled(t)
			w.say(t, domain.Attributes{catalog.ItemLeadTime: days(5)}, tt.say...)
			w.wantLeft(t, why, tt.want)
			if again := w.ruled(t); again != requests {
				t.Errorf("%d requests, then %d", requests, again)
			}
			w.verify(t)
		})
	}
}

// TestADecisionThatDoesNotSettleIsLeftOutOfItsBatch: the others take effect, and it waits for a person again.
func TestADecisionThatDoesNotSettleIsLeftOutOfItsBatch(t *testing.T) {
	t.Parallel()
	for why := range unsettledSayings(t, newFollowed(t)) {
		t.Run(why, func(t *testing.T) {
			t.Parallel()
			w := newFollowed(t)
			tt := unsettledSayings(t, w)[why]
			w.say(t, nil, tt.say...)
			opened := must(w.desk.OpenQueue(t.Context(), w.ana, domain.DiscrepancyQuery{}))(t)
			made := must(w.desk.DecideBatch(t.Context(), w.ana, steward.Batch{Snapshot: opened.Snapshot.ID, Verb: steward.VerbTakeSource}))(t)
			w.approve(t, made.Request)
			w.wantLeft(t, why, tt.want)
			w.wantLeftOut(t, made.Request, why, tt.want)
			w.verify(t)
		})
	}
}

// wantLeftOut wants the items without effect, and no other, to say why.
func (w *followed) wantLeftOut(t testing.TB, request domain.ChangeRequest, why string, want []domain.ID) {
	t.Helper()
	views, _, err := w.desk.RequestItems(t.Context(), w.bo, request.ID, 0, 100)
	for _, v := range must(views, err)(t) {
		i := slices.Index(w.ids, v.Record)
		if left := want[i].IsZero(); left != strings.Contains(v.LeftOut, why) || left != (v.LeftOut != "") {
			t.Errorf("of the %d. thing is said %q, want %q", i, v.LeftOut, why)
		}
	}
}

// TestWhatIsStillNamedIsLeftOutOfItsBatch: the others retire; and what nothing of a batch is left of fails.
func TestWhatIsStillNamedIsLeftOutOfItsBatch(t *testing.T) {
	t.Parallel()
	w := newPlaces(t)
	w.do(t, w.item("A"), w.item("B"), w.item("C"), w.item("TOP"), w.bom("TOP", nil, "B"))
	batch := func(codes ...string) domain.ChangeRequest {
		var items []domain.ChangeItem
		for _, code := range codes {
			items = append(items, w.moved(t, code, domain.ItemRetireRecord))
		}
		made := w.proposed(t, w.ana, domain.ChangeRequest{Kind: domain.RequestDecision, Domain: catalog.Item, Title: "test", Reason: "test", Batch: true}, items...)
		return must(w.desk.Approve(t.Context(), w.bo, made.ID, made.Version))(t)
	}
	if none := batch("B", "TOP"); none.State != domain.RequestFailed || !strings.Contains(none.ClosedWhy, "still named by BOM-TOP") {
		t.Errorf("the request is %s: %s", none.State, none.ClosedWhy)
	}
	if request := batch("A", "B", "C"); request.State != domain.RequestApplied {
		t.Fatalf("the request is %s: %s", request.State, request.ClosedWhy)
	}
	for code, want := range map[string]domain.RecordState{"A": domain.RecordRetired, "B": domain.RecordActive, "C": domain.RecordRetired} {
		if got := w.golden(t, w.id(code)).State; got != want {
			t.Errorf("%s is %s, want %s", code, got, want)
		}
	}
	w.verify(t)
}
