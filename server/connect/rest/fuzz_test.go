package rest

import (
	"net/url"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// FuzzPager feeds a reading the same answer again and again, under paths of any kind: it ends, does not panic, and is complete
// only where the answer has said how many records there are or that there are no more.
func FuzzPager(f *testing.F) {
	f.Add([]byte(`{"data": {"items": [{"no": "1"}]}, "total": 1, "more": false, "next": null}`), "data.items", "total", "more", "next", uint8(0))
	f.Add([]byte(`[1, 2, 3]`), "", "", "", "", uint8(1))
	f.Add([]byte(`{"items": [], "next": "a"}`), "items", "", "", "next", uint8(3))
	f.Add([]byte(`{"items": null, "total": 1e99}`), "items", "total", "", "", uint8(2))
	kinds := []domain.PagingKind{domain.PagingNone, domain.PagingOffset, domain.PagingPage, domain.PagingCursor, domain.PagingLink}
	f.Add([]byte(`{"items": [], "next": "/api/parts?p=2"}`), "items", "", "", "next", uint8(4))
	f.Fuzz(func(t *testing.T, body []byte, records, total, more, next string, kind uint8) {
		request := domain.StreamRequest{Path: "/parts", Records: domain.FieldPath(records), Total: domain.FieldPath(total), More: domain.FieldPath(more)}
		request.Paging = domain.Paging{Kind: kinds[int(kind)%len(kinds)], MaxPages: 5}
		if request.Paging.Kind != domain.PagingNone && request.Paging.Kind != domain.PagingLink {
			request.Paging.Parameter = "p"
		}
		if request.Paging.Kind == domain.PagingCursor || request.Paging.Kind == domain.PagingLink {
			request.Paging.Next = domain.FieldPath(next)
		}
		if (domain.Stream{Request: request}).Faults(domain.SystemREST) != nil {
			return
		}
		page, err := decode(body)
		if err != nil {
			return
		}
		list, err := page.records(request.Records)
		if err != nil {
			return
		}
		p := newPager(request, &url.URL{Scheme: "https", Host: "wms.example", Path: "/api/parts"})
		for over := false; !over; {
			if p.pages > 5 {
				t.Fatalf("%d pages", p.pages)
			}
			_ = p.query().Encode()
			repeated := 0
			if p.pages > 0 {
				repeated = len(list)
			}
			if over, err = p.take(page, len(list), repeated); err != nil {
				return
			}
		}
		if p.verdict() != "" {
			return
		}
		count, counted := page.count(request.Total)
		flag, flagged := page.flag(request.More)
		switch {
		case request.Total != "" && (counted != nil || count != len(list)):
			t.Errorf("complete with %d records of %d", len(list), count)
		case request.More != "" && (flagged != nil || flag):
			t.Error("complete while more follow")
		case request.Total == "" && request.More == "" && request.Paging.Kind == domain.PagingNone:
			t.Error("complete without a proof")
		case request.Total == "" && request.More == "" && request.Paging.Kind == domain.PagingOffset && len(list) > 0:
			t.Error("complete before an empty page")
		}
	})
}
