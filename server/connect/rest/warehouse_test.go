package rest_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
	"github.com/crosswalk-mdm/crosswalk/server/connect/rest"
	"github.com/crosswalk-mdm/crosswalk/server/connect/sandbox"
)

// warehouseRequests are the ways in which the sandbox's warehouse system is asked: the presets of docs/connectors.md.
func warehouseRequests() map[string]domain.StreamRequest {
	return map[string]domain.StreamRequest{
		"by offset": {
			Path: "/v1/articles", Records: "data.items", Total: "meta.total", More: "meta.has_more",
			Paging: domain.Paging{Kind: domain.PagingOffset, Parameter: "offset", SizeParameter: "limit", Size: 50},
		},
		"by cursor": {
			Path: "/v2/articles", Records: "items", Total: "total",
			Paging: domain.Paging{Kind: domain.PagingCursor, Parameter: "cursor", SizeParameter: "limit", Size: 50, Next: "next_cursor"},
		},
		"by link": {
			Path: "/v2/articles", Records: "items", Total: "total",
			Paging: domain.Paging{Kind: domain.PagingLink, SizeParameter: "limit", Size: 50, Next: "next"},
		},
	}
}

// warehouse serves a warehouse system with 130 articles, and returns a source for it.
func warehouse(t *testing.T, request domain.StreamRequest, token string) (*sandbox.WMS, *rest.Source) {
	t.Helper()
	wms := sandbox.NewWMS("right")
	server, err := wms.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	weight := json.Number("1.250")
	var articles []sandbox.Article
	for n := range 130 {
		articles = append(articles, sandbox.Article{No: fmt.Sprintf("%04d", n), Title: "Bolt", Unit: "EA", WeightKg: &weight, Status: "ACTIVE"})
	}
	wms.Keep(articles)
	source, err := rest.New(rest.Options{
		Token: token, RetryWait: time.Millisecond,
		System: domain.SourceSystem{
			ID: "wms", Kind: domain.SystemREST, Settings: map[string]string{"base_url": server.URL() + "/api", "auth": "bearer"},
			Streams: []domain.Stream{{
				Domain: "item", Request: request, Key: "no", Fields: map[domain.AttributeID]string{"name": "title", "net_weight": "weight_kg", "gtin": "ean"},
			}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(source.Close)
	return wms, source
}

// TestWarehouse reads the sandbox's warehouse system in each of its ways, well and broken.
func TestWarehouse(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fault    sandbox.Fault
		token    string
		wantCode string // "" means that the reading ends
		doubt    string // of a reading that ends: why it is not complete
	}{
		"in order":                     {},
		"busy, and then not":           {fault: sandbox.Fault{Kind: sandbox.FaultBusy, Skip: 1, Times: 2}},
		"busy for an hour":             {fault: sandbox.Fault{Kind: sandbox.FaultBusy, Wait: time.Hour}, wantCode: domain.CodeSystemBusy},
		"cut once":                     {fault: sandbox.Fault{Kind: sandbox.FaultCut, Skip: 2, Times: 1}},
		"cut again and again":          {fault: sandbox.Fault{Kind: sandbox.FaultCut}, wantCode: domain.CodeSystemCut},
		"another total":                {fault: sandbox.Fault{Kind: sandbox.FaultTotal}, doubt: "131"},
		"the first page over and over": {fault: sandbox.Fault{Kind: sandbox.FaultLoop}, wantCode: domain.CodeSystemAnswer},
		"a page for people":            {fault: sandbox.Fault{Kind: sandbox.FaultPage}, wantCode: domain.CodeSystemAnswer},
		"moved to another host":        {fault: sandbox.Fault{Kind: sandbox.FaultElsewhere}, wantCode: domain.CodeSystemAnswer},
		"a field gone":                 {fault: sandbox.Fault{Kind: sandbox.FaultFieldGone, Field: "ean"}, wantCode: domain.CodeSystemSchema},
		"a wrong token":                {token: "wrong", wantCode: domain.CodeSystemDenied},
	}
	for way, request := range warehouseRequests() {
		for name, test := range tests {
			t.Run(way+", "+name, func(t *testing.T) {
				t.Parallel()
				token := "right"
				if test.token != "" {
					token = test.token
				}
				wms, source := warehouse(t, request, token)
				if test.fault.Kind != "" {
					wms.Break(test.fault)
				}
				var codes []string
				proof, err := source.Read(t.Context(), reconcile.ReadRequest{Definition: catalog.ItemDefinition()}, func(page reconcile.Page) error {
					for _, row := range page.Rows {
						codes = append(codes, string(row.Record.Code))
					}
					return nil
				})
				if domain.ErrorCode(err) != test.wantCode {
					t.Fatalf("%v, not %q", err, test.wantCode)
				}
				if err != nil {
					return
				}
				slices.Sort(codes)
				if codes = slices.Compact(codes); len(codes) != 130 || proof.Complete != (test.doubt == "") || !strings.Contains(proof.Why, test.doubt) {
					t.Errorf("%d records, %+v", len(codes), proof)
				}
			})
		}
	}
}
