package domain

import (
	"strings"
	"testing"
)

// auditChain returns three linked entries.
func auditChain() []AuditEntry {
	chain := make([]AuditEntry, 3)
	prev := AuditGenesis
	for i := range chain {
		chain[i] = AuditEntry{
			Chain: "item", Sequence: int64(i + 1), At: Instant(1_000 + i), Actor: "user:bo", Reason: "approve", PrevHash: prev,
			Changes: []AuditChange{{"golden_record", "r1", i + 1, "d1"}, {"code_mapping", "m1", 1, "d2"}},
		}
		chain[i].Hash = chain[i].ComputeHash()
		prev = chain[i].Hash
	}
	return chain
}

func TestAuditChainHolds(t *testing.T) {
	t.Parallel()
	prev := AuditEntry{}
	for _, e := range auditChain() {
		if err := e.Follows(prev); err != nil {
			t.Fatal(err)
		}
		prev = e
	}
}

func TestAuditChainShowsTampering(t *testing.T) {
	t.Parallel()
	tests := map[string]func(e, prev *AuditEntry){
		"the time":                       func(e, _ *AuditEntry) { e.At++ },
		"the actor":                      func(e, _ *AuditEntry) { e.Actor = "user:ana" },
		"the reason":                     func(e, _ *AuditEntry) { e.Reason = "" },
		"the chain":                      func(e, _ *AuditEntry) { e.Chain = "bom" },
		"the chain, hashed anew":         func(e, _ *AuditEntry) { e.Chain = "bom"; e.Hash = e.ComputeHash() },
		"the sequence":                   func(e, _ *AuditEntry) { e.Sequence++ },
		"the sequence, hashed anew":      func(e, _ *AuditEntry) { e.Sequence++; e.Hash = e.ComputeHash() },
		"what was changed":               func(e, _ *AuditEntry) { e.Changes[0].Aggregate = "plant" },
		"which was changed":              func(e, _ *AuditEntry) { e.Changes[0].ID = "r2" },
		"a version":                      func(e, _ *AuditEntry) { e.Changes[0].Version++ },
		"a digest":                       func(e, _ *AuditEntry) { e.Changes[1].Digest = "d3" },
		"a change is dropped":            func(e, _ *AuditEntry) { e.Changes = e.Changes[:1] },
		"changes are swapped":            func(e, _ *AuditEntry) { e.Changes[0], e.Changes[1] = e.Changes[1], e.Changes[0] },
		"a text is moved":                func(e, _ *AuditEntry) { e.Changes[0].Aggregate += "r"; e.Changes[0].ID = "1" },
		"the link back":                  func(e, _ *AuditEntry) { e.PrevHash = AuditGenesis },
		"the link back, hashed anew":     func(e, _ *AuditEntry) { e.PrevHash = AuditGenesis; e.Hash = e.ComputeHash() },
		"the hash":                       func(e, _ *AuditEntry) { e.Hash = AuditGenesis },
		"the entry before, hashed anew":  func(_, prev *AuditEntry) { prev.Reason = "x"; prev.Hash = prev.ComputeHash() },
		"the entry before is left out":   func(_, prev *AuditEntry) { *prev = auditChain()[0] },
		"all before is left out":         func(_, prev *AuditEntry) { *prev = AuditEntry{} },
		"a comma and quotes in a reason": func(e, _ *AuditEntry) { e.Reason = `approve","prev":"x` },
	}
	for name, tamper := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			chain := auditChain()
			prev, e := chain[1], chain[2]
			tamper(&e, &prev)
			if err := e.Follows(prev); ErrorCode(err) != CodeAuditBroken {
				t.Errorf("followed with %v", err)
			}
		})
	}
}

func TestContentHashIsOfWhatTheSourceSaid(t *testing.T) {
	t.Parallel()
	base := SourceRecord{System: "mes", Code: "7", Active: true, Attributes: Attributes{"name": Text("x")}}
	changed := func(change func(*SourceRecord)) string {
		r := base
		change(&r)
		return r.ContentHash()
	}
	same := map[string]string{
		"the same again":   changed(func(*SourceRecord) {}),
		"a later reading":  changed(func(r *SourceRecord) { r.ReadAt, r.Token, r.Hash = 9, "t", "old" }),
		"an empty value":   changed(func(r *SourceRecord) { r.Attributes = r.Attributes.With(nil); r.Attributes["z"] = Text("") }),
		"a value of equal": changed(func(r *SourceRecord) { r.Attributes = Attributes{"name": NewText(" x ")} }),
	}
	for name, hash := range same {
		if hash != base.ContentHash() {
			t.Errorf("%s changes the hash", name)
		}
	}
	seen := map[string]string{base.ContentHash(): "the first"}
	for name, hash := range map[string]string{
		"archived":      changed(func(r *SourceRecord) { r.Active = false }),
		"given twice":   changed(func(r *SourceRecord) { r.Duplicated = true }),
		"another value": changed(func(r *SourceRecord) { r.Attributes = Attributes{"name": Text("y")} }),
		"no values":     changed(func(r *SourceRecord) { r.Attributes = nil }),
	} {
		if seen[hash] != "" {
			t.Errorf("%s hashes like %s", name, seen[hash])
		}
		seen[hash] = name
	}
}

func TestMappingsClashWhereACodeHasTwoMeanings(t *testing.T) {
	t.Parallel()
	base := CodeMapping{ID: ID{15: 1}, Domain: "item", System: "mes", Plant: "STU1", CodeType: CodeInternalNumber, Key: "7", State: MappingActive, Validity: Validity{From: "2026-01-01", To: "2026-07-01"}}
	tests := map[string]struct {
		change func(*CodeMapping)
		want   bool
	}{
		"the same span":          {func(*CodeMapping) {}, true},
		"the same mapping":       {func(m *CodeMapping) { m.ID = base.ID }, false},
		"one day in common":      {func(m *CodeMapping) { m.Validity = Validity{From: "2026-06-30"} }, true},
		"the day after":          {func(m *CodeMapping) { m.Validity = Validity{From: "2026-07-01"} }, false},
		"the day before":         {func(m *CodeMapping) { m.Validity = Validity{To: "2026-01-01"} }, false},
		"unbounded":              {func(m *CodeMapping) { m.Validity = Validity{} }, true},
		"suspect":                {func(m *CodeMapping) { m.State = MappingSuspect }, true},
		"proposed":               {func(m *CodeMapping) { m.State = MappingProposed }, false},
		"ended":                  {func(m *CodeMapping) { m.State = MappingEnded }, false},
		"rejected":               {func(m *CodeMapping) { m.State = MappingRejected }, false},
		"another key":            {func(m *CodeMapping) { m.Key = "07" }, false},
		"another code, same key": {func(m *CodeMapping) { m.Code = "x" }, true},
		"another system":         {func(m *CodeMapping) { m.System = "wms" }, false},
		"another plant":          {func(m *CodeMapping) { m.Plant = "LYO2" }, false},
		"another domain":         {func(m *CodeMapping) { m.Domain = "bom" }, false},
		"another code type":      {func(m *CodeMapping) { m.CodeType = CodeBarcode }, false},
		"the same record":        {func(m *CodeMapping) { m.Record = base.Record }, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			other := base
			other.ID = ID{15: 2}
			tt.change(&other)
			if base.Clashes(other) != tt.want || other.Clashes(base) != tt.want {
				t.Errorf("clash: %v and %v, want %v", base.Clashes(other), other.Clashes(base), tt.want)
			}
		})
	}
}

func TestCodesAreKeptAsWritten(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		in       string
		want     Code
		wantCode string
	}{
		"leading zeros":    {"000123", "000123", ""},
		"blanks around":    {" a b\t", "a b", ""},
		"composed":         {"A\u030a", "\u00c5", ""},
		"128 bytes":        {strings.Repeat("x", 128), Code(strings.Repeat("x", 128)), ""},
		"129 bytes":        {strings.Repeat("x", 129), "", CodePlantCodeInvalid},
		"long in bytes":    {strings.Repeat("é", 65), "", CodePlantCodeInvalid},
		"nothing":          {"", "", CodePlantCodeInvalid},
		"only white space": {" \u00a0 ", "", CodePlantCodeInvalid},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := ParseCode(tt.in)
			if got != tt.want || ErrorCode(err) != tt.wantCode {
				t.Errorf("read as %q with %q", got, ErrorCode(err))
			}
		})
	}
	if CodesExact.Key("aB") != "aB" || CodeRule("").Key("aB") != "aB" || CodesUpperCase.Key("aBé") != "ABÉ" {
		t.Error("codes are told apart by another rule")
	}
}

func TestPlantsUseAndStreams(t *testing.T) {
	t.Parallel()
	for _, state := range []UseState{UseNotUsed, UsePlanned, UseActive, UsePhasingOut, UseBlocked} {
		use := PlantUse{State: state, Validity: Validity{From: "2026-01-01"}}
		want := state == UseActive || state == UsePhasingOut
		if use.Expected("2026-01-01") != want || use.Expected("2025-12-31") {
			t.Errorf("%s is expected: %v", state, use.Expected("2026-01-01"))
		}
	}
	for _, state := range PlantMachine().States {
		if want := state != PlantOnboarding && state != PlantClosed; (Plant{State: state}).RaisesFindings() != want {
			t.Errorf("a plant that is %s raises findings: %v", state, !want)
		}
	}
	system := SourceSystem{Streams: []Stream{{Domain: "item", Query: "q"}}}
	if s, ok := system.Stream("item"); !ok || s.Query != "q" {
		t.Error("the stream is not found")
	}
	if _, ok := system.Stream("bom"); ok {
		t.Error("a stream is found that is not there")
	}
	if (Plan{}).DropHold() != 20 || (Plan{DropHoldPercent: 5}).DropHold() != 5 {
		t.Error("the drop that holds a run is another")
	}
}

func TestRunsEndWithAWord(t *testing.T) {
	t.Parallel()
	reading := Run{State: RunReading, Version: 4}
	failed, err := reading.Ended(RunFailed, CodeSystemCut, "cut", testNow)
	if err != nil || failed.State != RunFailed || failed.FinishedAt != testNow || failed.Code != CodeSystemCut || failed.Message != "cut" || failed.Version != 5 {
		t.Errorf("failed as %+v with %v", failed, err)
	}
	held, err := reading.Ended(RunHeld, CodeRunHeld, "few", testNow)
	if err != nil || held.FinishedAt != 0 || held.Finished() {
		t.Errorf("held as %+v with %v", held, err)
	}
	if _, err := failed.Moved(RunReading); ErrorCode(err) != CodeStateMove {
		t.Errorf("a failed run goes on: %v", err)
	}
}
