package store_test

import (
	"testing"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/store"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

func TestOneRunOfAPlanAtATime(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		create := func(state domain.RunState) error {
			return s.Operate(t.Context(), func(o domain.Ops) error {
				return o.Runs.Create(t.Context(), domain.Run{ID: domain.NewID(), Plan: "p", State: state, Version: 1, CreatedAt: o.Now})
			})
		}
		wantCode(t, create(domain.RunDone), "")
		codes := together(8, func(int) error { return create(domain.RunQueued) })
		if got := count(codes); got[""] != 1 || got[domain.CodeRunActive] != 7 {
			t.Fatalf("eight that start at once ended with %v", got)
		}
		last, found, err := s.Read().Runs.LastDone(t.Context(), "p")
		if !found || err != nil || last.State != domain.RunDone {
			t.Errorf("the last run that is done is %+v (%v)", last, err)
		}
	})
}

func TestRunLease(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		var order []domain.ID
		for i, state := range []domain.RunState{domain.RunQueued, domain.RunHeld, domain.RunDone, domain.RunReading} {
			run := domain.Run{ID: domain.NewID(), Plan: string(state), State: state, Version: 1, CreatedAt: domain.Instant(100 - i)}
			order = append(order, run.ID)
			operate(t, s, func(o domain.Ops) error { return o.Runs.Create(t.Context(), run) })
		}
		take := func(owner string, lease time.Duration) (run domain.Run, found bool) {
			operate(t, s, func(o domain.Ops) (err error) {
				run, found, err = o.Runs.Claim(t.Context(), owner, o.Now.Add(lease))
				return err
			})
			return run, found
		}
		oldest, _ := take("a", time.Minute)
		slow, _ := take("a", -time.Second)
		fast, found := take("b", time.Minute)
		if oldest.ID != order[3] || slow.ID != order[0] || fast.ID != order[0] || fast.Fence != slow.Fence+1 || !found {
			t.Fatalf("claimed %v, then %v, then %v", oldest, slow, fast)
		}
		if _, found := take("c", time.Minute); found {
			t.Error("a run that is leased, held or done was claimed")
		}
		save := func(run domain.Run) error {
			return s.Operate(t.Context(), func(o domain.Ops) error {
				read := run.Version
				run.Version++
				return o.Runs.Save(t.Context(), run, read)
			})
		}
		extend := func(run domain.Run, owner string) error {
			return s.Operate(t.Context(), func(o domain.Ops) error {
				return o.Runs.Extend(t.Context(), run.ID, owner, run.Fence, o.Now.Add(time.Hour))
			})
		}
		wantCode(t, extend(slow, "a"), domain.CodeRunLeaseLost)
		wantCode(t, extend(fast, "a"), domain.CodeRunLeaseLost)
		wantCode(t, extend(fast, "b"), "")
		late := slow
		late.Version = fast.Version
		wantCode(t, save(late), domain.CodeRunLeaseLost)
		wantCode(t, save(fast), "")
		wantCode(t, save(fast), domain.CodeRunLeaseLost)
		wantCode(t, save(domain.Run{ID: domain.NewID(), Version: 1}), domain.CodeRunUnknown)
	})
}

func TestSessions(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		session := domain.Session{TokenHash: "h", Login: "ana", CreatedAt: 1, SeenAt: 2, ExpiresAt: 100}
		operate(t, s, func(o domain.Ops) error { return o.Sessions.Create(t.Context(), session) })
		operate(t, s, func(o domain.Ops) error { return o.Sessions.Touch(t.Context(), "h", 50) })
		operate(t, s, func(o domain.Ops) error { return o.Sessions.DeleteExpired(t.Context(), 100) })
		session.SeenAt = 50
		find := func() error {
			return s.Operate(t.Context(), func(o domain.Ops) error {
				found, err := o.Sessions.ByHash(t.Context(), "h")
				if err == nil {
					same(t, found, session)
				}
				return err
			})
		}
		wantCode(t, find(), "")
		operate(t, s, func(o domain.Ops) error { return o.Sessions.DeleteExpired(t.Context(), 101) })
		wantCode(t, find(), domain.CodeSignInRequired)
		operate(t, s, func(o domain.Ops) error { return o.Sessions.Create(t.Context(), session) })
		operate(t, s, func(o domain.Ops) error { return o.Sessions.Delete(t.Context(), "h") })
		wantCode(t, find(), domain.CodeSignInRequired)
	})
}

func TestQueueSnapshots(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		now := must(s.Now(t.Context()))(t)
		mine := domain.QueueSnapshot{ID: domain.NewID(), Owner: "ana", ExpiresAt: now.Add(time.Hour)}
		for range 10 {
			mine.IDs = append(mine.IDs, domain.NewID())
		}
		old := domain.QueueSnapshot{ID: domain.NewID(), Owner: "ana", ExpiresAt: now.Add(-time.Hour)}
		empty := domain.QueueSnapshot{ID: domain.NewID(), Owner: "ana", ExpiresAt: now.Add(time.Hour)}
		for _, snapshot := range []domain.QueueSnapshot{mine, old, empty} {
			operate(t, s, func(o domain.Ops) error { return o.Snapshots.Create(t.Context(), snapshot) })
		}
		tests := map[string]struct {
			id            domain.ID
			owner         domain.ActorID
			offset, limit int
			want          []domain.ID
			total         int
			code          string
		}{
			"the start":         {id: mine.ID, owner: "ana", limit: 3, want: mine.IDs[:3], total: 10},
			"the middle":        {id: mine.ID, owner: "ana", offset: 3, limit: 4, want: mine.IDs[3:7], total: 10},
			"beyond the end":    {id: mine.ID, owner: "ana", offset: 8, limit: 5, want: mine.IDs[8:], total: 10},
			"after the end":     {id: mine.ID, owner: "ana", offset: 50, limit: 5, want: []domain.ID{}, total: 10},
			"an empty one":      {id: empty.ID, owner: "ana", limit: 5, want: []domain.ID{}},
			"somebody else's":   {id: mine.ID, owner: "bo", limit: 5, code: domain.CodeSnapshotUnknown},
			"one that is over":  {id: old.ID, owner: "ana", limit: 5, code: domain.CodeSnapshotUnknown},
			"one there is none": {id: domain.NewID(), owner: "ana", limit: 5, code: domain.CodeSnapshotUnknown},
		}
		for phrase, tt := range tests {
			err := s.Operate(t.Context(), func(o domain.Ops) error {
				got, total, err := o.Snapshots.Window(t.Context(), tt.id, tt.owner, tt.offset, tt.limit)
				if err == nil {
					same(t, got, tt.want)
					same(t, total, tt.total)
				}
				return err
			})
			if domain.ErrorCode(err) != tt.code {
				t.Errorf("%s: %v", phrase, err)
			}
		}
		operate(t, s, func(o domain.Ops) error { return o.Snapshots.DeleteExpired(t.Context(), now) })
		if left := store.Ask[int](t.Context(), t, s, "SELECT count(*) FROM queue_snapshot"); left[0] != 2 {
			t.Errorf("%d snapshots are left", left[0])
		}
	})
}

func TestIdempotencyKeys(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		now := must(s.Now(t.Context()))(t)
		request := domain.StoredAnswer{Request: "hash", ExpiresAt: now.Add(time.Hour)}
		begin := func(actor domain.ActorID, key string, answer domain.StoredAnswer) (stored *domain.StoredAnswer) {
			operate(t, s, func(o domain.Ops) (err error) {
				stored, err = o.Keys.Begin(t.Context(), actor, key, answer)
				return err
			})
			return stored
		}
		first := make(chan bool, 8)
		together(8, func(int) error {
			return s.Operate(t.Context(), func(o domain.Ops) error {
				stored, err := o.Keys.Begin(t.Context(), "ana", "k", request)
				if err == nil {
					first <- stored == nil
				}
				return err
			})
		})
		close(first)
		firsts := 0
		for won := range first {
			if won {
				firsts++
			}
		}
		if firsts != 1 {
			t.Errorf("%d of eight repetitions went through", firsts)
		}
		if stored := begin("ana", "k", domain.StoredAnswer{Request: "other"}); stored == nil || stored.Status != 0 || stored.Request != "hash" {
			t.Errorf("while the first is under way a repetition gets %+v", stored)
		}
		if begin("bo", "k", request) != nil || begin("ana", "k2", request) != nil {
			t.Error("keys of others, or other keys, are taken")
		}
		operate(t, s, func(o domain.Ops) error {
			return o.Keys.Finish(t.Context(), "ana", "k", request.ExpiresAt+1, domain.StoredAnswer{Status: 500})
		})
		if stored := begin("ana", "k", request); stored == nil || stored.Status != 0 {
			t.Errorf("whoever lost the key has finished it: %+v", stored)
		}
		operate(t, s, func(o domain.Ops) error { return o.Keys.Forget(t.Context(), "ana", "k", request.ExpiresAt+1) })
		kept := domain.StoredAnswer{Status: 201, Body: []byte(`{"a":1}`), ExpiresAt: now.Add(90 * time.Minute)}
		operate(t, s, func(o domain.Ops) error { return o.Keys.Finish(t.Context(), "ana", "k", request.ExpiresAt, kept) })
		if stored := begin("ana", "k", request); stored == nil || stored.Status != 201 || string(stored.Body) != `{"a":1}` || stored.ExpiresAt != kept.ExpiresAt {
			t.Errorf("a repetition gets %+v", stored)
		}
		operate(t, s, func(o domain.Ops) error { return o.Keys.Forget(t.Context(), "bo", "k", request.ExpiresAt) })
		if begin("bo", "k", domain.StoredAnswer{Request: "h", ExpiresAt: now.Add(-time.Hour)}) != nil {
			t.Error("a forgotten key is still taken")
		}
		if begin("bo", "k", request) != nil {
			t.Error("a key that is over is still taken")
		}
		operate(t, s, func(o domain.Ops) error { return o.Keys.DeleteExpired(t.Context(), now.Add(2*time.Hour)) })
		if begin("ana", "k", request) != nil {
			t.Error("what was deleted is still there")
		}
	})
}

func TestQueue(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		run := domain.NewID()
		put := func(at domain.Instant, f domain.Finding, state domain.DiscrepancyState) domain.ID {
			f.Domain, f.System, f.ReadAt = item, "mes", at
			d := domain.NewDiscrepancy(f, run)
			d.State = state
			write(t, s, func(r domain.Repos) error { return r.Discrepancies.Put(t.Context(), d, 0) })
			return d.ID
		}
		second := put(20, domain.Finding{Class: domain.ClassValue, Attribute: name, Code: "AB-1", Label: "Große Schraube"}, domain.DiscrepancyOpen)
		first := put(10, domain.Finding{Class: domain.ClassValue, Attribute: name, Code: "CD-2", Label: "Mutter"}, domain.DiscrepancyBounced)
		third := put(30, domain.Finding{Class: domain.ClassUnmapped, Code: "EF-3"}, domain.DiscrepancyClosed)
		all := domain.PlantScope{All: true}
		tests := map[string]struct {
			query domain.DiscrepancyQuery
			want  []domain.ID
		}{
			"everything, oldest first": {want: []domain.ID{first, second, third}},
			"some states":              {query: domain.DiscrepancyQuery{States: []domain.DiscrepancyState{domain.DiscrepancyOpen, domain.DiscrepancyBounced}}, want: []domain.ID{first, second}},
			"a class":                  {query: domain.DiscrepancyQuery{Class: domain.ClassUnmapped}, want: []domain.ID{third}},
			"an attribute":             {query: domain.DiscrepancyQuery{Attribute: name}, want: []domain.ID{first, second}},
			"part of the label":        {query: domain.DiscrepancyQuery{Text: "SCHRAU"}, want: []domain.ID{second}},
			"part of the code":         {query: domain.DiscrepancyQuery{Text: "d-2"}, want: []domain.ID{first}},
			"another system":           {query: domain.DiscrepancyQuery{System: "wms"}, want: []domain.ID{}},
			"a pattern":                {query: domain.DiscrepancyQuery{Pattern: "item|mes|unmapped|"}, want: []domain.ID{third}},
		}
		for phrase, tt := range tests {
			tt.query.Plants = all
			if got := must(s.Read().Discrepancies.IDs(t.Context(), tt.query))(t); len(got) != len(tt.want) {
				t.Errorf("%s: %d found, want %d", phrase, len(got), len(tt.want))
			} else {
				same(t, got, tt.want)
			}
		}
		same(t, must(s.Read().Discrepancies.Patterns(t.Context(), domain.DiscrepancyQuery{Plants: all}))(t), []domain.PatternCount{
			{Pattern: "item|mes|value|name", Count: 2}, {Pattern: "item|mes|unmapped|", Count: 1},
		})
		left, _, err := s.Read().Discrepancies.NotSeen(t.Context(), "mes", item, domain.NewID(), domain.Page{})
		if err != nil || len(left) != 2 {
			t.Errorf("%d were not seen: %v", len(left), err)
		}
		if left, _, err = s.Read().Discrepancies.NotSeen(t.Context(), "mes", item, run, domain.Page{}); err != nil || len(left) != 0 {
			t.Errorf("%d were not seen by the run that saw them: %v", len(left), err)
		}
	})
}
