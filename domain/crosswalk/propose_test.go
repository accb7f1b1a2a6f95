package crosswalk_test

import (
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/crosswalk"
)

func proposal(code, target string) crosswalk.NewMapping {
	return crosswalk.NewMapping{Side: crosswalk.Side{System: mes}, Domain: catalog.Item, Code: code, Target: target, Reason: "test"}
}

func TestWhatCanBeProposed(t *testing.T) {
	t.Parallel()
	b := world(t)
	b.mapping(t, "HELD", "A", span("", "2026-06-01"), isOut)
	tests := map[string]struct {
		by     domain.Actor
		change func(*crosswalk.NewMapping)
		want   string
	}{
		"a new code":                     {b.petra, func(*crosswalk.NewMapping) {}, ""},
		"a held code, later":             {b.petra, func(p *crosswalk.NewMapping) { p.Code, p.Validity.From = "held", "2026-06-01" }, ""},
		"a held code":                    {b.petra, func(p *crosswalk.NewMapping) { p.Code = "held" }, domain.CodeMappingOverlap},
		"a second default code":          {b.petra, func(p *crosswalk.NewMapping) { p.Default, p.Target = true, "A" }, domain.CodeMappingDefault},
		"a default code, later":          {b.petra, func(p *crosswalk.NewMapping) { p.Default, p.Target, p.Validity.From = true, "A", "2026-06-01" }, ""},
		"of a record nobody knows":       {b.petra, func(p *crosswalk.NewMapping) { p.Target = "Z" }, domain.CodeRecordUnknown},
		"of no record":                   {b.petra, func(p *crosswalk.NewMapping) { p.Target = "" }, domain.CodeRecordUnknown},
		"of a record by its ID":          {b.petra, func(p *crosswalk.NewMapping) { p.Target, p.Record = "", b.records["B"] }, ""},
		"of a retired record":            {b.petra, func(p *crosswalk.NewMapping) { p.Target = "R" }, domain.CodeMappingState},
		"of a merged record":             {b.petra, func(p *crosswalk.NewMapping) { p.Record = b.records["OLDER"] }, ""},
		"of a merged record's code":      {b.petra, func(p *crosswalk.NewMapping) { p.Target = "OLDEST" }, ""},
		"an empty code":                  {b.petra, func(p *crosswalk.NewMapping) { p.Code = " " }, domain.CodePlantCodeInvalid},
		"a factor of nothing":            {b.petra, func(p *crosswalk.NewMapping) { p.Factor = "0" }, domain.CodeValueInvalid},
		"a relation there is not":        {b.petra, func(p *crosswalk.NewMapping) { p.Relation = "moon" }, domain.CodeBodyInvalid},
		"an end before the beginning":    {b.petra, func(p *crosswalk.NewMapping) { p.Validity = domain.Validity{From: "2026-02-01", To: "2026-02-01"} }, domain.CodeBodyInvalid},
		"without a reason":               {b.petra, func(p *crosswalk.NewMapping) { p.Reason = " " }, domain.CodeReasonRequired},
		"of a domain there is not":       {b.petra, func(p *crosswalk.NewMapping) { p.Domain = "moon" }, domain.CodeDomainUnknown},
		"of the canonical codes":         {b.ana, func(p *crosswalk.NewMapping) { p.Side.System = crosswalk.Canonical }, domain.CodeBodyInvalid},
		"by another plant":               {b.carl, func(*crosswalk.NewMapping) {}, domain.CodeSystemUnknown},
		"by one who may only read":       {b.bo, func(*crosswalk.NewMapping) {}, domain.CodeAccessDenied},
		"for all plants, by one of them": {b.petra, func(p *crosswalk.NewMapping) { p.Side.System = wms }, domain.CodeAccessDenied},
		"for one's plant":                {b.petra, func(p *crosswalk.NewMapping) { p.Side = crosswalk.Side{System: wms, Plant: "STU1"} }, ""},
	}
	for phrase, test := range tests {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			p := proposal("NEW", "B")
			test.change(&p)
			request, err := b.crosswalk.ProposeMapping(t.Context(), test.by, p)
			wantCode(t, err, test.want)
			if err != nil {
				return
			}
			// No code comes to stand for a record that forwards to another.
			for _, item := range must(b.store.Read().Requests.Items(t.Context(), request.ID, 0, 0))(t) {
				if record := must(b.store.Read().Records.ByID(t.Context(), item.Record))(t); record.State == domain.RecordMerged {
					t.Errorf("%s would stand for a merged record", item.Label)
				}
			}
		})
	}
}

// TestAMappingFromItsBeginningToItsHandover goes the whole way by change requests: nothing counts before it is approved.
func TestAMappingFromItsBeginningToItsHandover(t *testing.T) {
	t.Parallel()
	b := world(t)
	told := func(day domain.Date) string {
		q := ask(mes, crosswalk.Canonical, "X")
		q.At = day
		got := b.ask(t, q)
		return string(got.Status) + " " + string(got.Target)
	}
	p := proposal("X", "A")
	p.Factor, p.Unit = "0.5", "KGM"
	request := must(b.crosswalk.ProposeMapping(t.Context(), b.petra, p))(t)
	if got := told("2026-11-23"); got != "not_found " {
		t.Fatalf("proposed, and already %s", got)
	}
	if b.approve(t, request).State != domain.RequestApplied {
		t.Fatal("the mapping was not applied")
	}
	mappings, _, err := b.crosswalk.Mappings(t.Context(), b.petra, domain.MappingQuery{System: mes})
	m := must(mappings, err)(t)[0]
	if !m.DefaultOut || m.Factor != "1/2" || m.Unit != "KGM" || m.Plant != "STU1" {
		t.Errorf("the mapping is %+v", m)
	}
	end := crosswalk.EndMapping{ID: m.ID, Version: 1, On: "2026-12-01", Target: "B", Reason: "renumbered"}
	for phrase, test := range map[string]struct {
		by     domain.Actor
		change func(*crosswalk.EndMapping)
		want   string
	}{
		"as somebody saw it before": {b.petra, func(e *crosswalk.EndMapping) { e.Version = 7 }, domain.CodeMappingStale},
		"on no day":                 {b.petra, func(e *crosswalk.EndMapping) { e.On = "" }, domain.CodeDateInvalid},
		"to the same record":        {b.petra, func(e *crosswalk.EndMapping) { e.Target = "A" }, domain.CodeMappingState},
		"without a reason":          {b.petra, func(e *crosswalk.EndMapping) { e.Reason = "" }, domain.CodeReasonRequired},
		"by another plant":          {b.carl, func(*crosswalk.EndMapping) {}, domain.CodeMappingUnknown},
		"of a mapping there is not": {b.petra, func(e *crosswalk.EndMapping) { e.ID = domain.NewID() }, domain.CodeMappingUnknown},
	} {
		wrong := end
		test.change(&wrong)
		_, err := b.crosswalk.ProposeEnd(t.Context(), test.by, wrong)
		if got := domain.ErrorCode(err); got != test.want {
			t.Errorf("handed over %s: %v, want %s", phrase, err, test.want)
		}
	}
	late := must(b.crosswalk.ProposeEnd(t.Context(), b.petra, end))(t)
	if b.approve(t, must(b.crosswalk.ProposeEnd(t.Context(), b.petra, end))(t)).State != domain.RequestApplied {
		t.Fatal("the handover was not applied")
	}
	if before, after := told("2026-11-30"), told("2026-12-01"); before != "mapped A" || after != "mapped B" {
		t.Errorf("before the handover %s, after it %s", before, after)
	}
	if failed := b.approve(t, late); failed.State != domain.RequestFailed {
		t.Errorf("the second handover is %s", failed.State)
	}
	if history := must(b.crosswalk.MappingHistory(t.Context(), b.petra, m.ID))(t); len(history) != 2 || history[1].Validity.To != "2026-12-01" {
		t.Errorf("the history is %+v", history)
	}
	if got := told("2026-12-01"); got != "mapped B" {
		t.Errorf("after the late request: %s", got)
	}
}

func TestUnmappedCodesAreWorkedOff(t *testing.T) {
	t.Parallel()
	b := world(t)
	must(b.crosswalk.Translate(t.Context(), b.petra, ask(mes, crosswalk.Canonical, "ONE", "TWO")))(t)
	list := func() []domain.UnmappedCode {
		return must(b.crosswalk.Unmapped(t.Context(), b.petra, domain.UnmappedQuery{Domain: catalog.Item, System: mes}))(t).Codes
	}
	first, second := list()[0], list()[1]
	for by, want := range map[*domain.Actor]string{&b.carl: domain.CodeUnmappedUnknown, &b.bo: domain.CodeAccessDenied} {
		_, err := b.crosswalk.Dismiss(t.Context(), *by, first.ID, "noise")
		wantCode(t, err, want)
		_, err = b.crosswalk.MapUnmapped(t.Context(), *by, first.ID, crosswalk.NewMapping{Target: "A", Reason: "r"})
		wantCode(t, err, want)
	}
	_, err := b.crosswalk.Dismiss(t.Context(), b.petra, first.ID, " ")
	wantCode(t, err, domain.CodeReasonRequired)
	if got := must(b.crosswalk.Dismiss(t.Context(), b.petra, first.ID, "a test code"))(t); got.DismissedBy != b.petra.ID || got.DismissedAt == 0 {
		t.Errorf("dismissed as %+v", got)
	}
	request := must(b.crosswalk.MapUnmapped(t.Context(), b.petra, second.ID, crosswalk.NewMapping{Target: "A", Reason: "new at the plant"}))(t)
	if left := list(); len(left) != 1 {
		t.Errorf("before the approval %d codes wait", len(left))
	}
	if b.approve(t, request).State != domain.RequestApplied || len(list()) != 0 {
		t.Errorf("waiting are %+v", list())
	}
	if got := b.ask(t, ask(mes, crosswalk.Canonical, string(second.Code))); got.Target != "A" {
		t.Errorf("mapped as %+v", got)
	}
}
