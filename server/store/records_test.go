package store_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/store"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

func TestVersionsMustFollow(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		record := addRecord(t, s, "1", "one")
		update := func(g domain.GoldenRecord) error {
			return s.Write(t.Context(), change(), func(r domain.Repos) error {
				return r.Records.Update(t.Context(), g, code, name, nil, domain.Lineage{})
			})
		}
		for version, want := range map[int]string{1: domain.CodeRecordStale, 3: domain.CodeRecordStale} {
			record.Version = version
			wantCode(t, update(record), want)
		}
		record.Version = 2
		wantCode(t, update(record), "")
		wantCode(t, update(record), domain.CodeRecordStale)
		wantCode(t, update(domain.GoldenRecord{ID: domain.NewID(), Domain: item, Version: 2}), domain.CodeRecordUnknown)

		other := addRecord(t, s, "2", "two")
		other.Version, other.Attributes = 2, record.Attributes
		wantCode(t, update(other), domain.CodeRecordCodeTaken)

		put := func(fn func(domain.Repos) error) error { return s.Write(t.Context(), change(), fn) }
		system := domain.SourceSystem{ID: "mes", Version: 1}
		wantCode(t, put(func(r domain.Repos) error { return r.Systems.Put(t.Context(), system) }), "")
		wantCode(t, put(func(r domain.Repos) error { return r.Systems.Put(t.Context(), system) }), domain.CodeSystemStale)
		system.Version = 3
		wantCode(t, put(func(r domain.Repos) error { return r.Systems.Put(t.Context(), system) }), domain.CodeSystemStale)

		request := domain.ChangeRequest{ID: domain.NewID(), Version: 1}
		wantCode(t, put(func(r domain.Repos) error { return r.Requests.Create(t.Context(), request, nil) }), "")
		wantCode(t, put(func(r domain.Repos) error { return r.Requests.Save(t.Context(), request, 2) }), domain.CodeRequestStale)
		request.ID = domain.NewID()
		wantCode(t, put(func(r domain.Repos) error { return r.Requests.Save(t.Context(), request, 1) }), domain.CodeRequestUnknown)

		d := domain.NewDiscrepancy(domain.Finding{Domain: item, Code: "7"}, domain.NewID())
		wantCode(t, put(func(r domain.Repos) error { return r.Discrepancies.Put(t.Context(), d, 0) }), "")
		d.Version = 2
		wantCode(t, put(func(r domain.Repos) error { return r.Discrepancies.Put(t.Context(), d, 1) }), "")
		wantCode(t, put(func(r domain.Repos) error { return r.Discrepancies.Put(t.Context(), d, 1) }), domain.CodeDiscrepancyStale)
	})
}

func TestUnknownThings(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx, read, id := t.Context(), s.Read(), domain.NewID()
		_, recordErr := read.Records.ByID(ctx, id)
		wantCode(t, recordErr, domain.CodeRecordUnknown)
		_, systemErr := read.Systems.ByID(ctx, "none")
		wantCode(t, systemErr, domain.CodeSystemUnknown)
		_, plantErr := read.Plants.ByID(ctx, "none")
		wantCode(t, plantErr, domain.CodePlantUnknown)
		_, planErr := read.Plans.ByID(ctx, "none")
		wantCode(t, planErr, domain.CodePlanUnknown)
		_, requestErr := read.Requests.ByID(ctx, id)
		wantCode(t, requestErr, domain.CodeRequestUnknown)
		_, discrepancyErr := read.Discrepancies.ByID(ctx, id)
		wantCode(t, discrepancyErr, domain.CodeDiscrepancyUnknown)
		_, deliveryErr := read.Deliveries.ByID(ctx, id)
		wantCode(t, deliveryErr, domain.CodeDeliveryUnknown)
		_, userErr := read.Users.ByLogin(ctx, "none")
		wantCode(t, userErr, domain.CodeUserUnknown)
		_, importErr := read.Imports.ByID(ctx, id)
		wantCode(t, importErr, domain.CodeImportUnknown)
		_, runErr := read.Runs.ByID(ctx, id)
		wantCode(t, runErr, domain.CodeRunUnknown)
		_, done, err := read.Runs.LastDone(ctx, "none")
		if done || err != nil {
			t.Errorf("a plan that never ran has a last run: %v", err)
		}
		wantCode(t, s.Write(ctx, change(), func(r domain.Repos) error { return r.Imports.Submitted(ctx, domain.Import{ID: id}, id, nil) }), domain.CodeImportLost)
	})
}

func TestRecordSearch(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		addRecord(t, s, "AB-1", "Große SCHRAUBE M6")
		addRecord(t, s, "CD-2", "Ärmel 100%_sicher")
		german := addRecord(t, s, "EF-3", "")
		german.Attributes, german.Version = german.Attributes.With(domain.Attributes{name: domain.Translated{"de": "Mutter", "en": "Hex nut"}}), 2
		write(t, s, func(r domain.Repos) error {
			return r.Records.Update(t.Context(), german, code, name, []domain.AttributeID{name}, domain.Lineage{})
		})
		for text, want := range map[string]int{"mutter": 1, "NUT": 1, "hex nut": 1, "mutterhex": 0, "ab": 1, "b-1": 0, "schraube": 1, "ÄRMEL": 1, "ärmel": 1, "%": 1, "_": 1, "0%_s": 1, "r": 3, "!": 0, "große": 1} {
			found, _, err := s.Read().Records.List(t.Context(), domain.RecordQuery{Domain: item, Text: text})
			if err != nil || len(found) != want {
				t.Errorf("%q finds %d records (%v), want %d", text, len(found), err, want)
			}
		}
	})
}

// TestPaging walks each list while others add to it: what was there at the start is seen once, and in order.
func TestPaging(t *testing.T) {
	t.Parallel()
	scope := domain.PlantScope{All: true}
	tests := map[string]struct {
		add  func(t *testing.T, s *store.Store, n int) domain.ID
		list func(t *testing.T, s *store.Store, page domain.Page) ([]domain.ID, string, error)
	}{
		"records": {
			add: func(t *testing.T, s *store.Store, n int) domain.ID { return addRecord(t, s, fmt.Sprint(n), "").ID },
			list: func(t *testing.T, s *store.Store, page domain.Page) ([]domain.ID, string, error) {
				found, next, err := s.Read().Records.List(t.Context(), domain.RecordQuery{Page: page})
				return ids(found, func(r domain.GoldenRecord) domain.ID { return r.ID }), next, err
			},
		},
		"requests of one instant": {
			add: func(t *testing.T, s *store.Store, n int) domain.ID {
				request := domain.ChangeRequest{ID: domain.NewID(), ProposedAt: domain.Instant(1 + n/7)}
				write(t, s, func(r domain.Repos) error { return r.Requests.Create(t.Context(), request, nil) })
				return request.ID
			},
			list: func(t *testing.T, s *store.Store, page domain.Page) ([]domain.ID, string, error) {
				found, next, err := s.Read().Requests.List(t.Context(), domain.RequestQuery{Plants: scope, Page: page})
				return ids(found, func(r domain.ChangeRequest) domain.ID { return r.ID }), next, err
			},
		},
		"deliveries": {
			add: func(t *testing.T, s *store.Store, n int) domain.ID {
				d := domain.Delivery{ID: domain.NewID(), IdempotencyKey: fmt.Sprint(n), CreatedAt: domain.Instant(n)}
				write(t, s, func(r domain.Repos) error { return r.Deliveries.Enqueue(t.Context(), d) })
				return d.ID
			},
			list: func(t *testing.T, s *store.Store, page domain.Page) ([]domain.ID, string, error) {
				found, next, err := s.Read().Deliveries.List(t.Context(), domain.DeliveryQuery{Plants: scope, Page: page})
				return ids(found, func(d domain.Delivery) domain.ID { return d.ID }), next, err
			},
		},
		"runs": {
			add: func(t *testing.T, s *store.Store, n int) domain.ID {
				run := domain.Run{ID: domain.NewID(), Plan: fmt.Sprint(n), CreatedAt: domain.Instant(n), State: domain.RunDone}
				operate(t, s, func(o domain.Ops) error { return o.Runs.Create(t.Context(), run) })
				return run.ID
			},
			list: func(t *testing.T, s *store.Store, page domain.Page) ([]domain.ID, string, error) {
				found, next, err := s.Read().Runs.List(t.Context(), "", page)
				return ids(found, func(r domain.Run) domain.ID { return r.ID }), next, err
			},
		},
		"imports": {
			add: func(t *testing.T, s *store.Store, n int) domain.ID {
				i := domain.Import{ID: domain.NewID(), CreatedAt: domain.Instant(n)}
				operate(t, s, func(o domain.Ops) error { return o.Imports.Create(t.Context(), i) })
				return i.ID
			},
			list: func(t *testing.T, s *store.Store, page domain.Page) ([]domain.ID, string, error) {
				found, next, err := s.Read().Imports.List(t.Context(), domain.ImportQuery{Plants: scope, Page: page})
				return ids(found, func(i domain.Import) domain.ID { return i.ID }), next, err
			},
		},
		"what a run did not see": {
			add: func(t *testing.T, s *store.Store, n int) domain.ID {
				d := domain.NewDiscrepancy(domain.Finding{Domain: item, System: "mes", Code: domain.Code(fmt.Sprint(n))}, domain.NewID())
				write(t, s, func(r domain.Repos) error { return r.Discrepancies.Put(t.Context(), d, 0) })
				return d.ID
			},
			list: func(t *testing.T, s *store.Store, page domain.Page) ([]domain.ID, string, error) {
				found, next, err := s.Read().Discrepancies.NotSeen(t.Context(), "mes", item, domain.NewID(), page)
				return ids(found, func(d domain.Discrepancy) domain.ID { return d.ID }), next, err
			},
		},
	}
	for phrase, tt := range tests {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, s *store.Store) {
				const start = 23
				seen := map[domain.ID]int{}
				for n := range start {
					seen[tt.add(t, s, n)] = 0
				}
				page := domain.Page{Limit: 5}
				for n := start; ; n++ {
					found, next, err := tt.list(t, s, page)
					if err != nil {
						t.Fatal(err)
					}
					for _, id := range found {
						if _, ours := seen[id]; ours {
							seen[id]++
						}
					}
					if page.After = next; next == "" {
						break
					}
					tt.add(t, s, n)
				}
				for id, times := range seen {
					if times != 1 {
						t.Errorf("%s was shown %d times", id, times)
					}
				}
				stranger := domain.NewID().String()
				for _, forged := range []string{"x", "!", encoded(), encoded("records", "x"), encoded("runs", "1", "x"), encoded("runs", "x", stranger),
					encoded("other", stranger), encoded("other", "1", stranger), encoded("records", stranger, stranger, stranger)} {
					_, _, err := tt.list(t, s, domain.Page{After: forged, Limit: 5})
					wantCode(t, err, domain.CodeCursorInvalid)
				}
			})
		})
	}
}

// encoded makes a cursor as somebody would who has seen how ours are made.
func encoded(parts ...string) string {
	text, _ := json.Marshal(parts)
	return base64.RawURLEncoding.EncodeToString(text)
}

func ids[D any](found []D, id func(D) domain.ID) []domain.ID {
	all := make([]domain.ID, len(found))
	for i, one := range found {
		all[i] = id(one)
	}
	return all
}

// TestPlantScope lists with the scope of one plant's people: nothing of another plant may show.
func TestPlantScope(t *testing.T) {
	t.Parallel()
	plants := []domain.PlantID{"STU1", "LYO1", ""}
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		record := addRecord(t, s, "1", "one")
		for _, plant := range plants {
			m := newMapping(record.ID, "A", domain.Validity{})
			m.Plant = plant
			d := domain.NewDiscrepancy(domain.Finding{Domain: item, Code: "7", Plant: plant, Class: domain.ClassUnmapped}, domain.NewID())
			write(t, s, func(r domain.Repos) error {
				if err := r.Requests.Create(t.Context(), domain.ChangeRequest{ID: domain.NewID(), Plant: plant}, nil); err != nil {
					return err
				}
				if err := r.Deliveries.Enqueue(t.Context(), domain.Delivery{ID: domain.NewID(), Plant: plant, IdempotencyKey: string(plant), State: domain.DeliveryDead}); err != nil {
					return err
				}
				if err := r.Discrepancies.Put(t.Context(), d, 0); err != nil {
					return err
				}
				return r.Mappings.Put(t.Context(), m)
			})
			operate(t, s, func(o domain.Ops) error {
				return o.Imports.Create(t.Context(), domain.Import{ID: domain.NewID(), Plant: plant})
			})
		}
		tests := map[string]struct {
			scope domain.PlantScope
			want  []int // mappings, requests, discrepancies, patterns, deliveries, counts, imports
		}{
			"one plant":              {scope: domain.PlantScope{Plants: []domain.PlantID{"STU1"}}, want: []int{1, 2, 1, 1, 1, 1, 1}},
			"two plants":             {scope: domain.PlantScope{Plants: []domain.PlantID{"STU1", "LYO1"}}, want: []int{2, 3, 2, 2, 2, 2, 2}},
			"a plant without a name": {scope: domain.PlantScope{Plants: []domain.PlantID{""}}, want: []int{0, 1, 0, 0, 0, 0, 0}},
			"no plant":               {want: []int{0, 1, 0, 0, 0, 0, 0}},
			"all plants":             {scope: domain.PlantScope{All: true}, want: []int{3, 3, 3, 3, 3, 3, 3}},
		}
		for phrase, tt := range tests {
			if got := visible(t, s, tt.scope); fmt.Sprint(got) != fmt.Sprint(tt.want) {
				t.Errorf("%s: %v rows are visible, want %v", phrase, got, tt.want)
			}
		}
	})
}

// visible counts what each list shows to a scope.
func visible(t *testing.T, s *store.Store, scope domain.PlantScope) []int {
	t.Helper()
	ctx, read := t.Context(), s.Read()
	mappings, _, mappingErr := read.Mappings.List(ctx, domain.MappingQuery{Plants: scope})
	requests, _, requestErr := read.Requests.List(ctx, domain.RequestQuery{Plants: scope})
	discrepancies, discrepancyErr := read.Discrepancies.IDs(ctx, domain.DiscrepancyQuery{Plants: scope})
	patterns, patternErr := read.Discrepancies.Patterns(ctx, domain.DiscrepancyQuery{Plants: scope})
	deliveries, _, deliveryErr := read.Deliveries.List(ctx, domain.DeliveryQuery{Plants: scope})
	counts, countErr := read.Deliveries.Counts(ctx, scope)
	imports, _, importErr := read.Imports.List(ctx, domain.ImportQuery{Plants: scope})
	for _, err := range []error{mappingErr, requestErr, discrepancyErr, patternErr, deliveryErr, countErr, importErr} {
		if err != nil {
			t.Fatal(err)
		}
	}
	ofPattern := 0
	for _, p := range patterns {
		ofPattern += p.Count
	}
	return []int{len(mappings), len(requests), len(discrepancies), ofPattern, len(deliveries), counts[""][domain.DeliveryDead], len(imports)}
}

// TestWorkThatIsDueIsFoundByItsDay leaves out what is due on the day itself, and what has no day.
func TestWorkThatIsDueIsFoundByItsDay(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for i, due := range []domain.Date{"", "2026-02-28", "2026-03-01"} {
			d := domain.Delivery{ID: domain.NewID(), IdempotencyKey: fmt.Sprint(i), DueOn: due}
			write(t, s, func(r domain.Repos) error { return r.Deliveries.Enqueue(t.Context(), d) })
		}
		found, _, err := s.Read().Deliveries.List(t.Context(), domain.DeliveryQuery{Plants: domain.PlantScope{All: true}, DueBefore: "2026-03-01"})
		if err != nil || len(found) != 1 || found[0].DueOn != "2026-02-28" {
			t.Errorf("%+v, %v", found, err)
		}
	})
}
