package catalog_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

// locations are where the faults of an error lie.
func locations(err error) []string {
	var e *domain.Error
	if !errors.As(err, &e) {
		return nil
	}
	var all []string
	for _, f := range e.Fields {
		all = append(all, f.Location)
	}
	return all
}

func TestAllFaultsOfAConfigurationAtOnce(t *testing.T) {
	t.Parallel()
	b := configured(t)
	before := b.state(t)
	_, err := b.catalog.ProposeConfiguration(t.Context(), b.ana, catalog.Configuration{
		Plants: []domain.Plant{
			{ID: "stu 1", TimeZone: "Mars/Olympus", State: "asleep"},
			{ID: "STU1", TimeZone: "Europe/Berlin", State: domain.PlantClosing},
			{ID: "BER2", State: domain.PlantLive},
			{ID: "BER2", TimeZone: "Europe/Berlin", State: domain.PlantLive},
		},
		Systems: []domain.SourceSystem{
			{ID: "Odoo Main", Kind: "fax", Plant: "MUC", Settings: map[string]string{"writer_key": "hunter2", "password": "x", "dsn_ref": "mysql://root@db"}},
			{ID: mes, Kind: domain.SystemSQL, Plant: "BER2", Settings: map[string]string{"dsn_ref": "file:/run/dsn", "key_ref": "env:KEY"}},
			{ID: mes, Kind: domain.SystemOdoo},
		},
		Plans: []domain.Plan{
			{ID: "a plan", Domain: "moon", System: "nowhere", DropHoldPercent: 101},
			{ID: "weights", Domain: catalog.Item, System: odoo, Attributes: []domain.AttributeID{catalog.ItemName, "colour"}, DropHoldPercent: -1},
			{ID: "weights", Domain: catalog.Item, System: mes},
		},
	}, "all wrong")
	wantCode(t, err, domain.CodeConfigInvalid)
	want := []string{
		"/plants/0/id", "/plants/0/time_zone", "/plants/0/state", "/plants/1/state", "/plants/2/time_zone", "/plants/3/id",
		"/systems/0/id", "/systems/0/kind", "/systems/0/plant", "/systems/0/settings/dsn_ref", "/systems/0/settings/password", "/systems/0/settings/writer_key",
		"/systems/2/id",
		"/plans/0/id", "/plans/0/system", "/plans/0/drop_hold_percent", "/plans/0/domain", "/plans/1/drop_hold_percent", "/plans/1/attributes", "/plans/2/id",
	}
	if got := locations(err); !slices.Equal(got, want) {
		t.Errorf("the faults lie at\n%v, want\n%v", got, want)
	}
	var e *domain.Error
	if errors.As(err, &e) {
		for _, f := range e.Fields {
			if slices.Contains([]string{"hunter2", "mysql://root@db"}, f.Msg) {
				t.Errorf("a secret stands in %q", f.Msg)
			}
		}
	}
	if b.state(t) != before {
		t.Error("a faulty configuration left something behind")
	}
}

// TestStreamsOfAConfiguration: what is wrong with how a system is to be read is said with all else that is wrong.
func TestStreamsOfAConfiguration(t *testing.T) {
	t.Parallel()
	b := configured(t)
	_, err := b.catalog.ProposeConfiguration(t.Context(), b.ana, catalog.Configuration{Systems: []domain.SourceSystem{
		{ID: "wms", Kind: domain.SystemREST, Settings: map[string]string{"base_url": "https://wms.example", "token": "hunter2"}, Streams: []domain.Stream{
			{Domain: catalog.Item, Request: domain.StreamRequest{Path: "parts", Records: "a..b", Paging: domain.Paging{Kind: "guess"}}, Fields: map[domain.AttributeID]string{"colour": "x"}},
			{Domain: catalog.Item, Request: domain.StreamRequest{Path: "/parts"}},
			{Domain: "soup", Request: domain.StreamRequest{Path: "/soup"}},
		}},
		{ID: "csv", Kind: domain.SystemFile, Settings: map[string]string{"dir": "/srv/exports"}, Streams: []domain.Stream{{Domain: catalog.Item, Glob: "../*.csv"}}},
	}}, "all wrong")
	wantCode(t, err, domain.CodeConfigInvalid)
	want := []string{
		"/systems/0/settings/token", "/systems/0/streams/0/fields/colour", "/systems/0/streams/0/request/path", "/systems/0/streams/0/request/records",
		"/systems/0/streams/0/request/paging/kind", "/systems/0/streams/1/domain", "/systems/0/streams/2/domain", "/systems/1/streams/0/glob",
	}
	if got := locations(err); !slices.Equal(got, want) {
		t.Errorf("the faults lie at\n%v, want\n%v", got, want)
	}
}

func TestAConfigurationChangesWhatItNames(t *testing.T) {
	t.Parallel()
	b := configured(t)
	again := configuration()
	again.Plants[0].State = domain.PlantLive
	again.Systems[0].Settings = map[string]string{"base_url": "http://localhost:8070", "api_key_ref": "env:ODOO_KEY"}
	again.Plans = again.Plans[:1]
	request := must(b.catalog.ProposeConfiguration(t.Context(), b.ana, again, "go live"))(t)
	items := must(b.store.Read().Requests.Items(t.Context(), request.ID, 0, 0))(t)
	if len(items) != 2 || items[0].Plant == nil || items[0].Plant.Version != 2 || items[1].System == nil || items[1].System.Version != 2 {
		t.Fatalf("the items are %+v", items)
	}
	b.approve(t, request)
	if system := must(b.store.Read().Systems.ByID(t.Context(), odoo))(t); system.Settings["base_url"] != "http://localhost:8070" || system.Version != 2 {
		t.Errorf("the system is %+v", system)
	}
	if plans := must(b.store.Read().Plans.List(t.Context()))(t); len(plans) != 2 {
		t.Errorf("what was not named did not stay: %+v", plans)
	}
	_, err := b.catalog.ProposeConfiguration(t.Context(), b.ana, again, "again")
	wantCode(t, err, domain.CodeDecisionInvalid)
}

// TestTheLanguageOfAStream: it is the plant's first unless another is named, and English where no plant says one.
func TestTheLanguageOfAStream(t *testing.T) {
	t.Parallel()
	b := configured(t)
	stream := func(language string) []domain.Stream {
		return []domain.Stream{{Domain: catalog.Item, Glob: "*.csv", Key: "no", Language: language, Fields: map[domain.AttributeID]string{catalog.ItemName: "n"}}}
	}
	file := func(id domain.SystemID, plant domain.PlantID, language string) domain.SourceSystem {
		return domain.SourceSystem{ID: id, Name: string(id), Kind: domain.SystemFile, Plant: plant, Settings: map[string]string{"dir": "/srv"}, Streams: stream(language)}
	}
	plant := configuration().Plants[0]
	plant.Languages = []string{"pl", "en"}
	wanted := catalog.Configuration{
		Plants:  []domain.Plant{plant},
		Systems: []domain.SourceSystem{file("a", plant.ID, ""), file("b", plant.ID, "cs"), file("c", "", "")},
	}
	b.apply(t, wanted)
	for id, want := range map[domain.SystemID]string{"a": "pl", "b": "cs", "c": "en"} {
		if system := must(b.store.Read().Systems.ByID(t.Context(), id))(t); system.Streams[0].Language != want {
			t.Errorf("%s speaks %q, want %q", id, system.Streams[0].Language, want)
		}
	}
	_, err := b.catalog.ProposeConfiguration(t.Context(), b.ana, wanted, "again")
	wantCode(t, err, domain.CodeDecisionInvalid)
	plant.Languages = []string{"pl_PL"}
	_, err = b.catalog.ProposeConfiguration(t.Context(), b.ana, catalog.Configuration{
		Plants: []domain.Plant{plant}, Systems: []domain.SourceSystem{file("d", "", "Polish")},
	}, "no languages")
	if got := locations(err); !slices.Equal(got, []string{"/plants/0/languages", "/systems/0/streams/0/language"}) {
		t.Errorf("the faults lie at %v", got)
	}
}

func TestTextsWithBlanksAreNotTakenForTwo(t *testing.T) {
	t.Parallel()
	b := configured(t)
	wanted := configuration()
	wanted.Systems, wanted.Plans = nil, nil
	wanted.Plants[0].Name, wanted.Plants[0].Currency = "Stuttgart", "EUR EUR"
	b.apply(t, wanted)
	wanted.Plants[0].Name, wanted.Plants[0].Currency = "Stuttgart EUR", "EUR"
	b.apply(t, wanted)
	if plant := must(b.store.Read().Plants.ByID(t.Context(), "STU1"))(t); plant.Name != "Stuttgart EUR" {
		t.Errorf("the plant is %q", plant.Name)
	}
}

func TestTwoConfigurationsAtOnce(t *testing.T) {
	t.Parallel()
	b := configured(t)
	rename := func(name string) domain.ChangeRequest {
		wanted := configuration()
		wanted.Systems, wanted.Plans = nil, nil
		wanted.Plants[0].Name = name
		return must(b.catalog.ProposeConfiguration(t.Context(), b.ana, wanted, "rename"))(t)
	}
	first, late := rename("Stuttgart 1"), rename("Stuttgart I")
	b.approve(t, first)
	failed := must(b.catalog.Desk.Approve(t.Context(), b.bo, late.ID, late.Version))(t)
	if failed.State != domain.RequestFailed {
		t.Errorf("the late one is %s", failed.State)
	}
	if plant := must(b.store.Read().Plants.ByID(t.Context(), "STU1"))(t); plant.Name != "Stuttgart 1" {
		t.Errorf("the plant is called %s", plant.Name)
	}
}

func TestThePersonWhoProposesItAnswersForUnguardedWriting(t *testing.T) {
	t.Parallel()
	b := configured(t)
	wanted := catalog.Configuration{Systems: configuration().Systems[:1]}
	wanted.Systems[0].UnguardedAcceptedBy = "user:somebody-else"
	b.apply(t, wanted)
	accepted := func() domain.ActorID {
		return must(b.store.Read().Systems.ByID(t.Context(), odoo))(t).UnguardedAcceptedBy
	}
	if got := accepted(); got != b.ana.ID {
		t.Errorf("%s answers for it", got)
	}
	wanted.Systems[0].UnguardedAcceptedBy = b.ana.ID // as it came out, proposed by another
	_, err := b.catalog.ProposeConfiguration(t.Context(), b.bo, wanted, "nothing new")
	wantCode(t, err, domain.CodeDecisionInvalid)
	wanted.Systems[0].UnguardedAcceptedBy = ""
	b.apply(t, wanted)
	if got := accepted(); got != "" {
		t.Errorf("%s still answers for it", got)
	}
}

func TestWhoMayConfigure(t *testing.T) {
	t.Parallel()
	b := configured(t)
	for name, by := range map[string]domain.Actor{
		"a plant lead": b.petra, "nobody": domain.ServiceActor("x"), "an admin of one plant": actor("al", "STU1", domain.ActionConfigure),
	} {
		// A faulty one is not even looked at: its faults would tell what there is.
		_, err := b.catalog.ProposeConfiguration(t.Context(), by, catalog.Configuration{Plans: []domain.Plan{{}}}, "mine")
		if domain.ErrorCode(err) != domain.CodeAccessDenied {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := b.catalog.ProposeConfiguration(t.Context(), b.ana, catalog.Configuration{Plants: []domain.Plant{{ID: "BER2", TimeZone: "UTC", State: domain.PlantLive}}}, " ")
	wantCode(t, err, domain.CodeChangeAnonymous)
}

func TestABrokenStoreConfiguresNothing(t *testing.T) {
	t.Parallel()
	b := configured(t)
	b.read(t, odoo, row("1", thing("A", "Bolt", "H87")))
	before := b.state(t)
	for name, failing := range map[string]storetest.Failing{"writes": {Writes: true}, "reads": {Reads: true}, "the clock": {Now: true}} {
		b.on(storetest.Broken(t, b.store, failing))
		_, loadErr := b.catalog.ProposeLoad(t.Context(), b.ana, odoo, catalog.Item, "load")
		if domain.ErrorCode(loadErr) != domain.CodeStoreDown {
			t.Errorf("%s fail: the load ends with %v", name, loadErr)
		}
		if failing.Writes {
			_, err := b.catalog.ProposeConfiguration(t.Context(), b.ana, catalog.Configuration{
				Plants: []domain.Plant{{ID: "BER2", TimeZone: "UTC", State: domain.PlantLive}},
			}, "more")
			wantCode(t, err, domain.CodeStoreDown)
		}
	}
	if b.state(t) != before {
		t.Error("something was left behind")
	}
}

// TestSchedulesOfAPlan: what is wrong with when a plan is to run is said with all else; the plant's zone is taken where none is named.
func TestSchedulesOfAPlan(t *testing.T) {
	t.Parallel()
	b := configured(t)
	plan := configuration().Plans[0]
	with := func(zone string, schedules ...domain.Schedule) catalog.Configuration {
		plan.TimeZone, plan.Schedules = zone, schedules
		return catalog.Configuration{Plans: []domain.Plan{plan}}
	}
	nightly := domain.Schedule{Cron: "30 2 * * *", Mode: domain.RunComplete}
	tests := map[string]struct {
		wanted catalog.Configuration
		want   []string
	}{
		"no cron":         {with("", domain.Schedule{Cron: "at night", Mode: domain.RunComplete}), []string{"/plans/0/schedules/0/cron"}},
		"no mode":         {with("", nightly, domain.Schedule{Cron: "0 * * * *"}), []string{"/plans/0/schedules/1/mode"}},
		"an unknown zone": {with("Europe/Stuttgart", nightly), []string{"/plans/0/time_zone"}},
		"zone and cron":   {with("Nowhere", domain.Schedule{Cron: "99 2 * * *", Mode: domain.RunComplete}), []string{"/plans/0/time_zone", "/plans/0/schedules/0/cron"}},
		"far too many":    {with("", slices.Repeat([]domain.Schedule{nightly}, 11)...), []string{"/plans/0/schedules"}},
	}
	for name, tt := range tests {
		_, err := b.catalog.ProposeConfiguration(t.Context(), b.ana, tt.wanted, "schedules")
		if got := locations(err); domain.ErrorCode(err) != domain.CodeConfigInvalid || !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, faults at %v", name, err, got)
		}
	}
	b.approve(t, must(b.catalog.ProposeConfiguration(t.Context(), b.ana, with("Asia/Kolkata", nightly), "nightly"))(t))
	stored := must(b.store.Read().Plans.ByID(t.Context(), plan.ID))(t)
	if !slices.Equal(stored.Schedules, plan.Schedules) || stored.TimeZone != "Asia/Kolkata" {
		t.Errorf("stored %+v", stored)
	}
}
