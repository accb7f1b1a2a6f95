package api

import (
	"context"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// ChangeItem is one step of a change request; which parts are there depends on the action.
type ChangeItem struct {
	Action        string          `json:"action" enum:"create_record,update_record,map_code,use_plant,write_system,put_system,put_plant,put_plan,put_policy,retire_record,restore_record,end_mapping,skip_delivery,put_unmapped_policy,put_code_list,put_authority,merge_record,unmerge_record,put_match_rule,reopen_match_band"`
	Label         string          `json:"label"`
	Domain        string          `json:"domain"`
	RecordID      string          `json:"record_id"`
	BaseVersion   int             `json:"base_version"`
	Before        Attributes      `json:"before"`
	Set           Attributes      `json:"set"`
	DiscrepancyID string          `json:"discrepancy_id"`
	Delivery      *DeliveryOrder  `json:"delivery,omitempty"`
	Mapping       *MappingChange  `json:"mapping,omitempty"`
	PlantUse      *PlantUse       `json:"plant_use,omitempty"`
	System        *System         `json:"system,omitempty"`
	Plant         *Plant          `json:"plant,omitempty"`
	Plan          *Plan           `json:"plan,omitempty"`
	Policy        *ApprovalPolicy `json:"policy,omitempty"`
	Clear         []string        `json:"clear" doc:"attributes that lose their value"`
	SkipsID       string          `json:"skips_id" doc:"skip_delivery: the delivery that is not to be made any more"`
	After         []int           `json:"after" doc:"positions of the items whose deliveries must be confirmed first"`
	LeftOut       string          `json:"left_out" doc:"why the item had no effect, though the rest of its request had"`
	Unmapped      *PolicyConfig   `json:"unmapped_policy,omitempty"`
	CodeList      *CodeList       `json:"code_list,omitempty"`
	Authority     *Authority      `json:"authority,omitempty"`
	MatchRule     *MatchRuleSays  `json:"match_rule,omitempty"`
	ReopensPlant  string          `json:"reopens_plant,omitempty" doc:"reopen_match_band: the plant whose automatic band may open again"`
	Contradicts   string          `json:"contradicts" doc:"merge_record: what speaks against its being one thing with the other, as its proposer has seen and judged it"`
	Remarks       []string        `json:"remarks" doc:"what whoever judges the item should know: of an edit, which systems it leaves as they are"`
	IntoID        string          `json:"into_id" doc:"merge_record, unmerge_record: the record that it is merged into, or was"`
}

// DeliveryOrder is a change to be written to one system.
type DeliveryOrder struct {
	System string     `json:"system"`
	Kind   string     `json:"kind"`
	Code   string     `json:"code"`
	Expect Attributes `json:"expect"`
	Set    Attributes `json:"set"`
	ByHand bool       `json:"by_hand"`
}

// MappingChange is a code that is to stand for a record.
type MappingChange struct {
	System     string `json:"system"`
	Plant      string `json:"plant"`
	CodeType   string `json:"code_type"`
	Code       string `json:"code"`
	RecordID   string `json:"record_id"`
	ValidFrom  string `json:"valid_from"`
	ValidTo    string `json:"valid_to"`
	Relation   string `json:"relation"`
	DefaultOut bool   `json:"default_out"`
	Factor     string `json:"factor"`
	Unit       string `json:"unit"`
	Version    int    `json:"version" doc:"1: a new mapping"`
}

// PlantUse says that a plant uses a record.
type PlantUse struct {
	Plant string `json:"plant"`
	State string `json:"state"`
}

// ChangeItems is a window of a request's items.
type ChangeItems struct {
	Offset int          `json:"offset"`
	Total  int          `json:"total"`
	Items  []ChangeItem `json:"items"`
}

func (a *API) requestItems(ctx context.Context, in *WindowOfInput) (*body[ChangeItems], error) {
	id, err := domain.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	items, total, err := a.Desk.RequestItems(ctx, actorOf(ctx), id, in.Offset, in.Limit)
	if err != nil {
		return nil, err
	}
	return bodyOf(ChangeItems{Offset: in.Offset, Total: total, Items: each(items, itemOf)}), nil
}

func itemOf(i steward.ItemView) ChangeItem {
	out := ChangeItem{
		Action: string(i.Action), Label: i.Label, Domain: string(i.Domain), RecordID: i.Record.String(), BaseVersion: i.BaseVersion,
		Before: Attributes{i.Before}, Set: Attributes{i.Set}, DiscrepancyID: i.Discrepancy.String(),
		Clear: texts(i.Clear), SkipsID: i.Skips.String(), After: append([]int{}, i.After...), LeftOut: i.LeftOut, IntoID: i.Into.String(), Contradicts: i.Contradicts,
		Remarks:   append([]string{}, i.Remarks...),
		MatchRule: ruleSaysOf(i.Matching), ReopensPlant: string(i.Reopens),
	}
	if o := i.Delivery; o != nil {
		out.Delivery = &DeliveryOrder{
			System: string(o.System), Kind: string(o.Kind), Code: string(o.Code), Expect: Attributes{o.Expect}, Set: Attributes{o.Set}, ByHand: o.ByHand,
		}
	}
	if m := i.Mapping; m != nil {
		out.Mapping = &MappingChange{
			System: string(m.System), Plant: string(m.Plant), CodeType: string(m.CodeType), Code: string(m.Code), RecordID: m.Record.String(),
			Relation: string(m.Relation), ValidFrom: string(m.Validity.From), ValidTo: string(m.Validity.To), DefaultOut: m.DefaultOut,
			Factor: m.Factor.String(), Unit: m.Unit, Version: m.Version,
		}
	}
	if u := i.Use; u != nil {
		out.PlantUse = &PlantUse{Plant: string(u.Plant), State: string(u.State)}
	}
	if i.System != nil {
		s := systemOf(*i.System)
		out.System = &s
	}
	if i.Plant != nil {
		p := plantOf(*i.Plant)
		out.Plant = &p
	}
	if i.List != nil {
		l := codeListOf(*i.List)
		out.CodeList = &l
	}
	if i.Rule != nil {
		r := authorityOf(*i.Rule)
		out.Authority = &r
	}
	if i.Policy != nil {
		p := policyOf(*i.Policy)
		out.Policy = &p
	}
	if i.Plan != nil {
		p := planOf(*i.Plan)
		out.Plan = &p
	}
	if p := i.Unmapped; p != nil {
		out.Unmapped = &PolicyConfig{System: string(p.System), Domain: string(p.Domain), Action: string(p.Action), Code: string(p.Code)}
	}
	return out
}
