package steward_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
)

// proposeEnd proposes how a record goes.
func (w *places) proposeEnd(t testing.TB, code string, wanted catalog.Ending) (domain.ChangeRequest, error) {
	t.Helper()
	record := w.golden(t, w.id(code))
	wanted.BaseVersion += record.Version
	return w.catalog.ProposeEnding(t.Context(), w.ana, record.Domain, record.ID, wanted)
}

func TestEndingsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	w := newPlaces(t)
	w.do(t, w.item("A"), w.item("B"), w.item("GONE"), w.location("HALL", ""))
	w.do(t, w.moved(t, "GONE", domain.ItemRetireRecord))
	to := func(state domain.RecordState, more func(*catalog.Ending)) catalog.Ending {
		e := catalog.Ending{To: state, Reason: "no longer made"}
		if more != nil {
			more(&e)
		}
		return e
	}
	successor := func(code string) func(*catalog.Ending) { return func(e *catalog.Ending) { e.Successor = w.id(code) } }
	tests := map[string]struct {
		code   string
		wanted catalog.Ending
		want   string
	}{
		"without a reason":                {"A", catalog.Ending{To: domain.RecordRetired}, domain.CodeReasonRequired},
		"to another state":                {"A", to(domain.RecordMerged, nil), domain.CodeDecisionInvalid},
		"of an older version":             {"A", to(domain.RecordRetired, func(e *catalog.Ending) { e.BaseVersion = -1 }), domain.CodeRecordStale},
		"of what is gone":                 {"GONE", to(domain.RecordPhaseOut, nil), domain.CodeDecisionInvalid},
		"succeeded by itself":             {"A", to(domain.RecordRetired, successor("A")), domain.CodeDecisionInvalid},
		"succeeded by what is gone":       {"A", to(domain.RecordRetired, successor("GONE")), domain.CodeDecisionInvalid},
		"succeeded by nothing there is":   {"A", to(domain.RecordRetired, func(e *catalog.Ending) { e.Successor = domain.NewID() }), domain.CodeRecordUnknown},
		"handed over to nobody":           {"A", to(domain.RecordPhaseOut, func(e *catalog.Ending) { e.HandOver = "2026-06-01" }), domain.CodeDecisionInvalid},
		"retired before the hand-over":    {"A", to(domain.RecordRetired, func(e *catalog.Ending) { e.Successor, e.HandOver = w.id("B"), "2026-06-01" }), domain.CodeDecisionInvalid},
		"a successor where there is none": {"HALL", to(domain.RecordRetired, successor("B")), domain.CodeDecisionInvalid},
	}
	for name, tt := range tests {
		_, err := w.proposeEnd(t, tt.code, tt.wanted)
		if got := domain.ErrorCode(err); got != tt.want {
			t.Errorf("%s: %q (%v), want %q", name, got, err, tt.want)
		}
	}
	if _, err := w.catalog.ProposeEnding(t.Context(), w.petra, catalog.Item, w.id("A"), to(domain.RecordRetired, nil)); domain.ErrorCode(err) != domain.CodeAccessDenied {
		t.Errorf("a plant's lead may: %v", err)
	}
}

// TestRetiringTellsAllThatStandsInTheWay: at once, and then goes through when it is gone.
func TestRetiringTellsAllThatStandsInTheWay(t *testing.T) {
	t.Parallel()
	w := newPlaces(t)
	w.do(t, w.item("A"), w.item("B"), w.item("C"), w.bom("A", nil, "B"))
	w.use(t, "STU1", w.id("B"), domain.UseActive)
	_, err := w.proposeEnd(t, "B", catalog.Ending{To: domain.RecordRetired, Reason: "no longer made"})
	wantCode(t, err, domain.CodeRecordUsed)
	var at []string
	for _, fault := range fieldsOf(t, err) {
		at = append(at, fault.Location)
	}
	if got := strings.Join(at, " "); got != "/where_used /uses" {
		t.Errorf("%s: %v", got, err)
	}
	w.do(t, w.changed(t, "BOM-A", domain.Attributes{catalog.BOMComponents: w.components("C")}))
	w.use(t, "STU1", w.id("B"), domain.UseNotUsed)
	w.approve(t, must(w.proposeEnd(t, "B", catalog.Ending{To: domain.RecordRetired, Reason: "no longer made", Successor: w.id("C")}))(t))
	gone := w.golden(t, w.id("B"))
	if gone.State != domain.RecordRetired || gone.Attributes.Text(catalog.ItemSuccessor) != w.id("C").String() {
		t.Errorf("%s, %v", gone.State, gone.Attributes)
	}
}

// TestPhasedOutWithASuccessor: from the day on the plant's code stands for the successor; what Odoo counts up never does.
func TestPhasedOutWithASuccessor(t *testing.T) {
	t.Parallel()
	w := newPlaces(t)
	w.do(t, w.item("A"), w.item("B"))
	w.mapTo(t, mes, "S-1", w.id("A"))
	w.mapTo(t, odoo, "7", w.id("A"))
	w.approve(t, must(w.proposeEnd(t, "A", catalog.Ending{To: domain.RecordPhaseOut, Successor: w.id("B"), HandOver: "2026-06-01", Reason: "replaced"}))(t))
	if now := w.golden(t, w.id("A")); now.State != domain.RecordPhaseOut || now.Attributes.Text(catalog.ItemSuccessor) != w.id("B").String() {
		t.Errorf("%s, %v", now.State, now.Attributes)
	}
	spans := func(code string) []string {
		var said []string
		for _, m := range append(must(w.store.Read().Mappings.ByRecord(t.Context(), w.id("A")))(t), must(w.store.Read().Mappings.ByRecord(t.Context(), w.id("B")))(t)...) {
			if string(m.Code) == code && m.Live() {
				said = append(said, map[domain.ID]string{w.id("A"): "A", w.id("B"): "B"}[m.Record]+" "+string(m.Validity.From)+".."+string(m.Validity.To))
			}
		}
		slices.Sort(said)
		return said
	}
	if got := spans("S-1"); !slices.Equal(got, []string{"A ..2026-06-01", "B 2026-06-01.."}) {
		t.Errorf("S-1: %v", got)
	}
	if got := spans("7"); !slices.Equal(got, []string{"A .."}) {
		t.Errorf("7: %v", got)
	}
	w.clock.days(120)
	w.use(t, "STU1", w.id("A"), domain.UseNotUsed)
	retired := w.approve(t, must(w.proposeEnd(t, "A", catalog.Ending{To: domain.RecordRetired, Reason: "used up"}))(t))
	if got := spans("7"); len(got) != 0 {
		t.Errorf("7 still stands for %v", got)
	}
	deliveries := w.deliveries(t, retired)
	if len(deliveries) != 1 || deliveries[0].Order.Kind != domain.DeliverArchive || deliveries[0].Order.System != odoo || deliveries[0].Order.ByHand {
		t.Errorf("%+v", deliveries)
	}
}

// TestPhasingOutIsTakenBack: with the successor that came by it.
func TestPhasingOutIsTakenBack(t *testing.T) {
	t.Parallel()
	w := newPlaces(t)
	w.do(t, w.item("A"), w.item("B"))
	before := w.golden(t, w.id("A"))
	request := w.approve(t, must(w.proposeEnd(t, "A", catalog.Ending{To: domain.RecordPhaseOut, Successor: w.id("B"), Reason: "replaced"}))(t))
	w.revert(t, request)
	if now := w.golden(t, w.id("A")); now.State != domain.RecordActive || !now.Attributes.Same(before.Attributes) {
		t.Errorf("%s, %v", now.State, now.Attributes)
	}
}

func fieldsOf(t testing.TB, err error) []domain.FieldError {
	t.Helper()
	var known *domain.Error
	if !errors.As(err, &known) {
		t.Fatal(err)
	}
	return known.Fields
}
