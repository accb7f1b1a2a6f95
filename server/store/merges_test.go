package store_test

import (
	"slices"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/store"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

// forward lets a record forward to another, as a merge does.
func forward(t testing.TB, s domain.Store, record, into domain.GoldenRecord) {
	t.Helper()
	record.State, record.MergedInto, record.Version = domain.RecordMerged, into.ID, record.Version+1
	into.Version++
	write(t, s, func(r domain.Repos) error {
		if err := r.Records.Update(t.Context(), record, code, name, nil, domain.Lineage{}); err != nil {
			return err
		}
		return r.Records.Update(t.Context(), into, code, name, nil, domain.Lineage{})
	})
}

// chain makes four records: A forwards to B, and B and C to D.
func chain(t testing.TB, s domain.Store) map[string]domain.GoldenRecord {
	t.Helper()
	records := map[string]domain.GoldenRecord{}
	now := func(id domain.ID) domain.GoldenRecord { return must(s.Read().Records.ByID(t.Context(), id))(t) }
	for _, c := range []string{"A", "B", "C", "D"} {
		records[c] = addRecord(t, s, c, "Part "+c)
	}
	for _, step := range [][2]string{{"A", "B"}, {"C", "D"}, {"B", "D"}} {
		forward(t, s, now(records[step[0]].ID), now(records[step[1]].ID))
	}
	for c, record := range records {
		records[c] = now(record.ID)
	}
	return records
}

func TestHeirsAndHeritage(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		records, merges := chain(t, s), s.Read().Merges
		all := []domain.ID{records["A"].ID, records["B"].ID, records["C"].ID, records["D"].ID, domain.NewID()}
		heirs := must(merges.Heirs(t.Context(), all))(t)
		if len(heirs) != 4 {
			t.Errorf("there are %d heirs", len(heirs))
		}
		for _, heir := range heirs {
			if heir.ID != records["D"].ID {
				t.Errorf("one leads to %s", heir.Attributes.Text(code))
			}
		}
		codes := func(records []domain.GoldenRecord) (codes []string) {
			for _, r := range records {
				codes = append(codes, r.Attributes.Text(code))
			}
			slices.Sort(codes)
			return codes
		}
		heritage := must(merges.Heritage(t.Context(), all))(t)
		same(t, codes(heritage[records["D"].ID]), []string{"A", "B", "C"})
		same(t, codes(heritage[records["B"].ID]), []string{"A"})
		same(t, codes(heritage[records["A"].ID]), []string(nil))
		other := addRecord(t, s, "E", "E")
		forward(t, s, other, addRecord(t, s, "F", "F"))
		reborn := addRecord(t, s, "E", "Another E")
		forward(t, s, reborn, must(s.Read().Records.ByID(t.Context(), records["D"].ID))(t))
		former := must(merges.ByFormerCodes(t.Context(), item, []string{"A", "C", "D", "E", "Z"}))(t)
		if len(former) != 2 || former["A"].ID != records["D"].ID || former["C"].ID != records["D"].ID {
			t.Errorf("by former codes: %+v", former)
		}
	})
}

func TestMergedRecordsInLists(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		records := chain(t, s)
		if err := putMapping(t, s, newMapping(records["A"].ID, "4711", domain.Validity{})); err != nil {
			t.Fatal(err)
		}
		write(t, s, func(r domain.Repos) error {
			a := records["A"]
			a.Version++
			if err := r.Records.Update(t.Context(), a, code, name, nil, domain.Lineage{}); err != nil {
				return err
			}
			return r.Records.Identify(t.Context(), a, []domain.RecordKey{{Kind: "gtin", Key: "400"}})
		})
		everywhere := domain.PlantScope{All: true}
		for phrase, tt := range map[string]struct {
			query domain.RecordQuery
			want  []string
		}{
			"all":                      {domain.RecordQuery{}, []string{"D"}},
			"merged ones":              {domain.RecordQuery{State: domain.RecordMerged}, []string{"A", "B", "C"}},
			"merged ones by name":      {domain.RecordQuery{State: domain.RecordMerged, Text: "part b"}, []string{"B"}},
			"active ones":              {domain.RecordQuery{State: domain.RecordActive}, []string{"D"}},
			"by a merged one's code":   {domain.RecordQuery{Text: "a"}, []string{"D"}},
			"by a merged one's name":   {domain.RecordQuery{Text: "PART C"}, []string{"D"}},
			"by a merged plant's code": {domain.RecordQuery{Text: "47"}, []string{"D"}},
			"by nothing":               {domain.RecordQuery{Text: "moon"}, nil},
			"of another state":         {domain.RecordQuery{State: domain.RecordRetired, Text: "part c"}, nil},
		} {
			tt.query.Domain, tt.query.Plants, tt.query.Limit = item, everywhere, 10
			found, _, err := s.Read().Records.List(t.Context(), tt.query)
			var got []string
			for _, record := range must(found, err)(t) {
				got = append(got, record.Attributes.Text(code))
			}
			if slices.Sort(got); !slices.Equal(got, tt.want) {
				t.Errorf("%s: %v, want %v", phrase, got, tt.want)
			}
		}
		same(t, must(s.Read().Records.Alike(t.Context(), item, []domain.RecordKey{{Kind: "gtin", Key: "400"}}))(t),
			[]domain.Likeness{{ID: records["D"].ID, Kind: "gtin"}})
	})
}

func TestOriginsOneByOne(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		record := addRecord(t, s, "A", "a")
		record.Version, record.Attributes = 2, record.Attributes.With(domain.Attributes{name: domain.Text("b")})
		write(t, s, func(r domain.Repos) error {
			if err := r.Records.Update(t.Context(), record, code, name, nil, domain.Lineage{Rule: "merge"}); err != nil {
				return err
			}
			return r.Records.Trace(t.Context(), record, []domain.Lineage{{Attribute: name, System: "mes", Code: "7", Rule: "merge_agreed"}})
		})
		for _, origin := range must(s.Read().Records.Lineage(t.Context(), record.ID))(t) {
			if origin.Attribute == name && (origin.Rule != "merge_agreed" || origin.System != "mes" || origin.Version != 2 || origin.RecordedAt == 0) {
				t.Errorf("the name is of %+v", origin)
			}
			if origin.Attribute == code && origin.Version != 1 {
				t.Errorf("the code is of %+v", origin)
			}
		}
	})
}

// TestWhatIsExpectedOfAFamily: what is one thing is missing once, and not at all where any of its codes is there.
func TestWhatIsExpectedOfAFamily(t *testing.T) {
	t.Parallel()
	system := mes()
	for phrase, tt := range map[string]struct {
		mapped, there []string
		used          string // the record whose use is declared
		want          []string
	}{
		"nothing is there":          {mapped: []string{"A", "B", "D"}, want: []string{"D"}},
		"a merged code is there":    {mapped: []string{"A", "B", "D"}, there: []string{"A"}},
		"its own code is there":     {mapped: []string{"A", "B", "D"}, there: []string{"D"}},
		"only merged codes":         {mapped: []string{"A", "B"}, want: []string{"A"}},
		"a use of a merged record":  {mapped: []string{"A", "D"}, used: "A", want: []string{"D used"}},
		"a use of its own":          {mapped: []string{"A"}, used: "D", want: []string{"A used"}},
		"a use, and the code there": {mapped: []string{"A", "D"}, used: "A", there: []string{"D"}},
	} {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, s *store.Store) {
				records := chain(t, s)
				for _, c := range tt.mapped {
					if err := putMapping(t, s, newMapping(records[c].ID, c, domain.Validity{})); err != nil {
						t.Fatal(err)
					}
				}
				if tt.used != "" {
					write(t, s, func(r domain.Repos) error {
						return r.Uses.Put(t.Context(), domain.PlantUse{Record: records[tt.used].ID, Plant: "STU1", Domain: item, State: domain.UseActive, Version: 1})
					})
				}
				var rows []domain.StagedRow
				for _, c := range tt.there {
					rows = append(rows, domain.StagedRow{Record: domain.SourceRecord{Code: domain.Code(c), Key: c, Active: true}}.Sealed())
				}
				slot, _ := stage(t, s, domain.NewID(), rows)
				operate(t, s, func(o domain.Ops) error {
					_, err := o.Staging.Merge(t.Context(), slot, system.ID, item, true, 100)
					return err
				})
				var got []string
				for after := ""; ; {
					expected, next, err := s.Read().Sources.Expected(t.Context(), system, item, "2026-01-10", domain.Page{After: after, Limit: 1})
					for _, one := range must(expected, err)(t) {
						text := one.Mapping.Key
						if one.Use != nil {
							text += " used"
						}
						if one.Golden.ID != records["D"].ID {
							t.Errorf("%s is expected as %s", text, one.Golden.Attributes.Text(code))
						}
						got = append(got, text)
					}
					if after = next; next == "" {
						break
					}
				}
				if !slices.Equal(got, tt.want) {
					t.Errorf("expected are %v, want %v", got, tt.want)
				}
			})
		})
	}
}
