package api_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/api"
)

// TestStreamsOfEveryKind: what a configuration says of how a system is read arrives whole.
func TestStreamsOfEveryKind(t *testing.T) {
	t.Parallel()
	const text = `{"reason": "set up", "systems": [
		{"id": "wms", "name": "WMS", "kind": "rest", "settings": {"base_url": "https://wms.example", "auth": "bearer", "token_ref": "env:WMS"}, "streams": [
			{"domain": "item", "key": "no", "active": "live", "fields": {"name": "title"}, "request": {
				"path": "/v1/parts", "parameters": {"fields": "all"}, "records": "data.items", "total": "meta.total", "more": "meta.more",
				"paging": {"kind": "cursor", "parameter": "after", "size_parameter": "limit", "size": 500, "first": 3, "next": "meta.next", "max_pages": 7}}}]},
		{"id": "csv", "name": "CSV", "kind": "file", "settings": {"dir": "/srv/exports"}, "streams": [
			{"domain": "item", "glob": "items_*.csv", "key": "no", "fields": {}}]}]}`
	var sent api.Configuration
	if err := json.Unmarshal([]byte(text), &sent); err != nil {
		t.Fatal(err)
	}
	got, err := sent.Domain()
	if err != nil {
		t.Fatal(err)
	}
	want := []domain.SourceSystem{{
		ID: "wms", Name: "WMS", Kind: domain.SystemREST, Settings: map[string]string{"base_url": "https://wms.example", "auth": "bearer", "token_ref": "env:WMS"},
		Streams: []domain.Stream{{
			Domain: "item", Key: "no", Active: "live", Fields: map[domain.AttributeID]string{"name": "title"}, Request: domain.StreamRequest{
				Path: "/v1/parts", Parameters: map[string]string{"fields": "all"}, Records: "data.items", Total: "meta.total", More: "meta.more",
				Paging: domain.Paging{Kind: domain.PagingCursor, Parameter: "after", SizeParameter: "limit", Size: 500, First: 3, Next: "meta.next", MaxPages: 7},
			},
		}},
	}, {
		ID: "csv", Name: "CSV", Kind: domain.SystemFile, Settings: map[string]string{"dir": "/srv/exports"},
		Streams: []domain.Stream{{Domain: "item", Glob: "items_*.csv", Key: "no", Fields: map[domain.AttributeID]string{}}},
	}}
	if !reflect.DeepEqual(got.Systems, want) {
		t.Errorf("%+v\nwanted\n%+v", got.Systems, want)
	}
}
