package store_test

import (
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/store"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

// TestRoundTrips stores each aggregate with every field set and reads it back.
func TestRoundTrips(t *testing.T) {
	t.Parallel()
	tests := map[string]func(t *testing.T, s *store.Store){
		"golden record": roundTripRecord,
		"code mapping":  roundTripMapping,
		"plant use": func(t *testing.T, s *store.Store) {
			use := filled[domain.PlantUse](t)
			use.Record, use.Domain = addRecord(t, s, "1", "one").ID, item
			write(t, s, func(r domain.Repos) error { return r.Uses.Put(t.Context(), use) })
			same(t, must(s.Read().Uses.ByRecord(t.Context(), use.Record))(t), []domain.PlantUse{use})
			use.State, use.Version = domain.UseBlocked, use.Version+1
			write(t, s, func(r domain.Repos) error { return r.Uses.Put(t.Context(), use) })
			same(t, must(s.Read().Uses.ByRecords(t.Context(), use.Plant, []domain.ID{use.Record}))(t), []domain.PlantUse{use})
		},
		"source system": func(t *testing.T, s *store.Store) {
			system := filled[domain.SourceSystem](t)
			system.Version = 1
			write(t, s, func(r domain.Repos) error { return r.Systems.Put(t.Context(), system) })
			same(t, must(s.Read().Systems.ByID(t.Context(), system.ID))(t), system)
			bare := domain.SourceSystem{ID: "bare", Version: 1}
			write(t, s, func(r domain.Repos) error { return r.Systems.Put(t.Context(), bare) })
			same(t, must(s.Read().Systems.ByID(t.Context(), "bare"))(t), bare)
		},
		"plant": func(t *testing.T, s *store.Store) {
			plant := filled[domain.Plant](t)
			plant.Version = 1
			write(t, s, func(r domain.Repos) error { return r.Plants.Put(t.Context(), plant) })
			same(t, must(s.Read().Plants.List(t.Context()))(t), []domain.Plant{plant})
		},
		"code list": func(t *testing.T, s *store.Store) {
			list := filled[domain.CodeList](t)
			list.Version = 1
			write(t, s, func(r domain.Repos) error { return r.CodeLists.Put(t.Context(), list) })
			same(t, must(s.Read().CodeLists.ByID(t.Context(), list.ID))(t), list)
			list.Label, list.Entries, list.Version = "changed", nil, 2
			write(t, s, func(r domain.Repos) error { return r.CodeLists.Put(t.Context(), list) })
			same(t, must(s.Read().CodeLists.List(t.Context()))(t), []domain.CodeList{list})
			err := s.Write(t.Context(), change(), func(r domain.Repos) error { return r.CodeLists.Put(t.Context(), list) })
			wantCode(t, err, domain.CodeSystemStale)
			_, err = s.Read().CodeLists.ByID(t.Context(), "none")
			wantCode(t, err, domain.CodeListUnknown)
		},
		"authority": func(t *testing.T, s *store.Store) {
			authority := filled[domain.Authority](t)
			authority.Version = 1
			write(t, s, func(r domain.Repos) error { return r.Authorities.Put(t.Context(), authority) })
			same(t, must(s.Read().Authorities.Of(t.Context(), authority.Domain))(t), authority)
			authority.Attributes, authority.Version = nil, 2
			write(t, s, func(r domain.Repos) error { return r.Authorities.Put(t.Context(), authority) })
			same(t, must(s.Read().Authorities.List(t.Context()))(t), []domain.Authority{authority})
			none := must(s.Read().Authorities.Of(t.Context(), "none"))(t)
			same(t, none, domain.Authority{})
		},
		"plan": func(t *testing.T, s *store.Store) {
			plan := filled[domain.Plan](t)
			plan.Version = 1
			write(t, s, func(r domain.Repos) error { return r.Plans.Put(t.Context(), plan) })
			same(t, must(s.Read().Plans.ByID(t.Context(), plan.ID))(t), plan)
		},
		"change request": roundTripRequest,
		"discrepancy": func(t *testing.T, s *store.Store) {
			d := filled[domain.Discrepancy](t)
			write(t, s, func(r domain.Repos) error { return r.Discrepancies.Put(t.Context(), d, 0) })
			same(t, must(s.Read().Discrepancies.ByID(t.Context(), d.ID))(t), d)
			same(t, must(s.Read().Discrepancies.ByIdentities(t.Context(), []string{d.Finding.Identity(), "none"}))(t),
				map[string]domain.Discrepancy{d.Finding.Identity(): d})
			bare := domain.NewDiscrepancy(domain.Finding{Domain: item, System: "mes", Code: "7", Class: domain.ClassUnmapped}, domain.NewID())
			write(t, s, func(r domain.Repos) error { return r.Discrepancies.Put(t.Context(), bare, 0) })
			same(t, must(s.Read().Discrepancies.ByID(t.Context(), bare.ID))(t), bare)
		},
		"delivery": func(t *testing.T, s *store.Store) {
			d := filled[domain.Delivery](t)
			write(t, s, func(r domain.Repos) error { return r.Deliveries.Enqueue(t.Context(), d) })
			d.Sequence = 1
			same(t, must(s.Read().Deliveries.ByID(t.Context(), d.ID))(t), d)
			same(t, must(s.Read().Deliveries.ByDiscrepancy(t.Context(), d.Discrepancy))(t), []domain.Delivery{d})
		},
		"user": func(t *testing.T, s *store.Store) {
			user := filled[domain.User](t)
			write(t, s, func(r domain.Repos) error { return r.Users.Put(t.Context(), user) })
			same(t, must(s.Read().Users.ByLogin(t.Context(), user.Login))(t), user)
			user.Name, user.Roles, user.Version = "changed", nil, user.Version+1
			write(t, s, func(r domain.Repos) error { return r.Users.Put(t.Context(), user) })
			same(t, must(s.Read().Users.List(t.Context()))(t), []domain.User{user})
		},
		"run": roundTripRun,
	}
	for phrase, test := range tests {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, test)
		})
	}
}

func roundTripRecord(t *testing.T, s *store.Store) {
	record, origin := filled[domain.GoldenRecord](t), filled[domain.Lineage](t)
	record.Domain, record.Version = item, 1
	write(t, s, func(r domain.Repos) error { return r.Records.Create(t.Context(), record, code, name, origin) })
	stored := must(s.Read().Records.ByID(t.Context(), record.ID))(t)
	if stored.ChangedAt == record.ChangedAt || stored.Sequence != 1 {
		t.Errorf("the store sets the time and the sequence, got %v and %d", stored.ChangedAt, stored.Sequence)
	}
	record.ChangedAt, record.Sequence = stored.ChangedAt, 1
	same(t, stored, record)

	lineage := must(s.Read().Records.Lineage(t.Context(), record.ID))(t)
	if len(lineage) != len(record.Attributes) {
		t.Fatalf("%d attributes have %d origins", len(record.Attributes), len(lineage))
	}
	origin.Record, origin.Attribute, origin.Version, origin.RecordedAt = record.ID, "active", 1, stored.ChangedAt
	same(t, lineage[0], origin)

	second := record
	second.Version, second.State, second.Attributes = 2, domain.RecordPhaseOut, record.Attributes.With(domain.Attributes{name: domain.Text("new")})
	steward := domain.Lineage{Rule: "steward_decision", ChangeRequest: domain.NewID()}
	write(t, s, func(r domain.Repos) error {
		return r.Records.Update(t.Context(), second, code, name, []domain.AttributeID{name}, steward)
	})
	stored = must(s.Read().Records.ByID(t.Context(), record.ID))(t)
	second.ChangedAt, second.Sequence = stored.ChangedAt, 2
	same(t, stored, second)
	versions := must(s.Read().Records.Versions(t.Context(), record.ID))(t)
	same(t, versions, []domain.GoldenVersion{
		{Record: record.ID, Version: 1, State: record.State, Attributes: record.Attributes, ValidFrom: domain.DateOf(record.ChangedAt),
			RecordedAt: record.ChangedAt, ChangeRequest: origin.ChangeRequest},
		{Record: record.ID, Version: 2, State: second.State, Attributes: second.Attributes, ValidFrom: domain.DateOf(second.ChangedAt),
			RecordedAt: second.ChangedAt, ChangeRequest: steward.ChangeRequest},
	})
	other := addRecord(t, s, "other", "another")
	at := must(s.Read().Records.AtVersions(t.Context(), map[domain.ID]int{record.ID: 1, other.ID: 2, domain.NewID(): 1}))(t)
	same(t, at, map[domain.ID]domain.GoldenVersion{record.ID: versions[0]})
	at = must(s.Read().Records.AtVersions(t.Context(), map[domain.ID]int{record.ID: 2, other.ID: 1}))(t)
	if len(at) != 2 || at[other.ID].Version != 1 {
		t.Errorf("at these versions there are %+v", at)
	}
	same(t, at[record.ID], versions[1])
	for _, l := range must(s.Read().Records.Lineage(t.Context(), record.ID))(t) {
		if (l.Attribute == name) != (l.Rule == "steward_decision" && l.Version == 2) {
			t.Errorf("the present origin of %s is %+v", l.Attribute, l)
		}
	}
}

func roundTripMapping(t *testing.T, s *store.Store) {
	m := filled[domain.CodeMapping](t)
	m.Domain, m.Record, m.Version = item, addRecord(t, s, "1", "one").ID, 1
	if err := putMapping(t, s, m); err != nil {
		t.Fatal(err)
	}
	m.Sequence = 2
	same(t, must(s.Read().Mappings.ByRecord(t.Context(), m.Record))(t), []domain.CodeMapping{m})
	m.State, m.Version, m.DefaultOut = domain.MappingActive, 2, false
	if err := putMapping(t, s, m); err != nil {
		t.Fatal(err)
	}
	m.Sequence = 3
	same(t, must(s.Read().Mappings.ByKey(t.Context(), m.MappingKey()))(t), []domain.CodeMapping{m})
	same(t, must(s.Read().Mappings.ByKeys(t.Context(), m.MappingKey(), []string{"none", m.Key}))(t), []domain.CodeMapping{m})
	same(t, must(s.Read().Mappings.ByRecords(t.Context(), m.System, []domain.ID{m.Record}))(t), []domain.CodeMapping{m})
}

func roundTripRequest(t *testing.T, s *store.Store) {
	request := filled[domain.ChangeRequest](t)
	items := []domain.ChangeItem{filled[domain.ChangeItem](t), {Set: domain.Attributes{}, Before: domain.Attributes{}}}
	write(t, s, func(r domain.Repos) error { return r.Requests.Create(t.Context(), request, items) })
	same(t, must(s.Read().Requests.ByID(t.Context(), request.ID))(t), request)
	same(t, must(s.Read().Requests.Items(t.Context(), request.ID, 0, 0))(t), items)
	same(t, must(s.Read().Requests.Items(t.Context(), request.ID, 1, 5))(t), items[1:])
	read := request.Version
	request.State, request.Approvals, request.ClosedWhy, request.Version = domain.RequestApplied, nil, "", read+1
	write(t, s, func(r domain.Repos) error { return r.Requests.Save(t.Context(), request, read) })
	same(t, must(s.Read().Requests.ByID(t.Context(), request.ID))(t), request)
}

func roundTripRun(t *testing.T, s *store.Store) {
	run, rejected := filled[domain.Run](t), filled[domain.QuarantinedRow](t)
	rejected.Run = run.ID
	operate(t, s, func(o domain.Ops) error { return o.Runs.Create(t.Context(), run) })
	same(t, must(s.Read().Runs.ByID(t.Context(), run.ID))(t), run)
	damaged := rejected
	damaged.Content = "cut in a letter: \xc3 and a NUL: \x00"
	for range 2 {
		operate(t, s, func(o domain.Ops) error {
			return o.Runs.Quarantine(t.Context(), []domain.QuarantinedRow{rejected, damaged})
		})
	}
	damaged.Content = "cut in a letter: \uFFFD and a NUL: \uFFFD"
	same(t, must(s.Read().Runs.Quarantined(t.Context(), run.ID, 1, 2))(t), []domain.QuarantinedRow{damaged, rejected})
	operate(t, s, func(o domain.Ops) error { return o.Runs.ClearQuarantine(t.Context(), run.ID) })
	same(t, must(s.Read().Runs.Quarantined(t.Context(), run.ID, 0, 10))(t), []domain.QuarantinedRow{})
}

func TestServiceIdentities(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		put := func(identity domain.ServiceIdentity) error {
			return s.Write(t.Context(), change(), func(r domain.Repos) error { return r.Services.Put(t.Context(), identity) })
		}
		identity := filled[domain.ServiceIdentity](t)
		identity.Version = 1
		for i := range identity.Keys {
			identity.Keys[i].ID, identity.Keys[i].UsedAt = string(rune('a'+i)), 0
		}
		if err := put(identity); err != nil {
			t.Fatal(err)
		}
		same(t, must(s.Read().Services.ByID(t.Context(), identity.ID))(t), identity)
		wantCode(t, put(identity), domain.CodeDuplicate)
		other := domain.ServiceIdentity{ID: "other", Version: 1, Keys: []domain.ServiceKey{{ID: "a", Hash: "of another"}}}
		wantCode(t, put(other), domain.CodeDuplicate)
		operate(t, s, func(o domain.Ops) error { return o.Services.Touch(t.Context(), "a", 5) })
		operate(t, s, func(o domain.Ops) error { return o.Services.Touch(t.Context(), "a", 7) })
		identity.Keys[0].UsedAt = 7
		same(t, must(s.Read().Services.ByKey(t.Context(), "a"))(t), identity)
		identity.Keys[0].RevokedAt, identity.Version = 9, 2
		identity.Keys = append(identity.Keys, domain.ServiceKey{ID: "z", Hash: "z", CreatedAt: 1 << 60, ExpiresAt: 2})
		if err := put(identity); err != nil {
			t.Fatal(err)
		}
		same(t, must(s.Read().Services.List(t.Context()))(t), []domain.ServiceIdentity{identity})
		wantCode(t, put(identity), domain.CodeServiceStale)
		_, err := s.Read().Services.ByID(t.Context(), "none")
		wantCode(t, err, domain.CodeServiceUnknown)
		_, err = s.Read().Services.ByKey(t.Context(), "none")
		wantCode(t, err, domain.CodeServiceUnknown)
	})
}
