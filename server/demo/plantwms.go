package demo

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/crosswalk-mdm/crosswalk/fixtures"
	"github.com/crosswalk-mdm/crosswalk/server/connect/sandbox"
)

// plantWMS is a warehouse system that is read over REST.
type plantWMS struct {
	wms       *sandbox.WMS
	server    *sandbox.Server
	tokenFile string
}

func startPlantWMS(ctx context.Context, token, tokenFile string) (*plantWMS, error) {
	p := &plantWMS{wms: sandbox.NewWMS(token), tokenFile: tokenFile}
	var err error
	p.server, err = p.wms.Start(ctx)
	return p, err
}

func (p *plantWMS) publish(_ context.Context, rows []fixtures.PlantRow) error {
	articles := make([]sandbox.Article, len(rows))
	for i, row := range rows {
		articles[i] = sandbox.Article{No: row.Code, Title: row.Name, Unit: row.Unit, Tracking: row.Tracking, Status: "ACTIVE"}
		if row.Blocked {
			articles[i].Status = "BLOCKED"
		}
		if row.Weight != "" {
			weight := json.Number(row.Weight)
			articles[i].WeightKg = &weight
		}
		if row.GTIN != "" {
			articles[i].EAN = &row.GTIN
		}
	}
	p.wms.Keep(articles)
	return nil
}

// describe is the system with its older list, which pages by offset. What is counted in millimetres is weighed by the millimetre.
func (p *plantWMS) describe() map[string]any {
	return map[string]any{
		"name": "WMS Sheffield", "kind": "rest",
		"settings": map[string]string{"base_url": p.server.URL() + "/api", "auth": "bearer", "token_ref": "file:" + p.tokenFile},
		"streams": []any{map[string]any{
			"domain": "item", "key": "no", "active": `status != "BLOCKED"`,
			"request": map[string]any{
				"path": "/v1/articles", "records": "data.items", "total": "meta.total", "more": "meta.has_more",
				"paging": map[string]any{"kind": "offset", "parameter": "offset", "size_parameter": "limit", "size": 50},
			},
			"fields": map[string]string{
				"name": "title", "gtin": "ean", "net_weight": `unit == "MM" ? times(weight_kg, "1000") : weight_kg`,
				"base_unit": `{"EA": "C62", "KG": "KGM", "MM": "MTR"}[text(unit)] ?? ("?" + text(unit))`,
				"tracking":  `{"BATCH": "lot", "SERIAL": "serial"}[text(tracking)] ?? "none"`,
			},
		}},
	}
}

func (p *plantWMS) spoil(_ context.Context, kind fixtures.FaultKind) error {
	fault, known := map[fixtures.FaultKind]sandbox.Fault{
		fixtures.FaultTotal:  {Kind: sandbox.FaultTotal},
		fixtures.FaultLoop:   {Kind: sandbox.FaultLoop},
		fixtures.FaultColumn: {Kind: sandbox.FaultFieldGone, Field: "ean"},
	}[kind]
	if !known {
		return unknownFault(kind)
	}
	p.wms.Break(fault)
	return nil
}

func unknownFault(kind fixtures.FaultKind) error {
	return fmt.Errorf("%s cannot happen to this system", kind)
}

func (p *plantWMS) mend(context.Context) error {
	p.wms.Repair()
	return nil
}

func (p *plantWMS) close() error { return p.server.Close() }
