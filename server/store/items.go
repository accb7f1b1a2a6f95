package store

import (
	"github.com/crosswalk-mdm/crosswalk/domain"
)

// itemRow is one step of a change request. Only what is searched is a column, the rest is its body.
type itemRow struct {
	Request     rowID `gorm:"primaryKey"`
	Position    int   `gorm:"primaryKey;autoIncrement:false"`
	Record      rowID
	Discrepancy rowID
	Body        jsonColumn[itemBody]
}

func (itemRow) TableName() string { return "change_item" }

type itemBody struct {
	Action      string             `json:"action"`
	Domain      string             `json:"domain"`
	Label       string             `json:"label"`
	BaseVersion int                `json:"base_version"`
	Set         rowAttributes      `json:"set"`
	Before      rowAttributes      `json:"before"`
	Origin      lineageRow         `json:"origin"`
	Delivery    *orderRow          `json:"delivery,omitempty"`
	Mapping     *mappingRow        `json:"mapping,omitempty"`
	Use         *useRow            `json:"use,omitempty"`
	System      *systemRow         `json:"system,omitempty"`
	Plant       *plantRow          `json:"plant,omitempty"`
	Plan        *planRow           `json:"plan,omitempty"`
	Policy      *policyRow         `json:"policy,omitempty"`
	Unmapped    *unmappedPolicyRow `json:"unmapped_policy,omitempty"`
	List        *codeListRow       `json:"code_list,omitempty"`
	Rule        *authorityRow      `json:"authority,omitempty"`
	Matching    *matchRuleRow      `json:"match_rule,omitempty"`
	Reopens     string             `json:"reopens,omitempty"`
	Clear       []string           `json:"clear,omitempty"`
	Skips       rowID              `json:"skips"`
	After       []int              `json:"after,omitempty"`
	Into        rowID              `json:"into,omitzero"`
	IntoVersion int                `json:"into_version,omitempty"`
	Traces      []lineageRow       `json:"traces,omitempty"`
	Former      []lineageRow       `json:"former,omitempty"`
	Contradicts string             `json:"contradicts,omitempty"`
	Remarks     []string           `json:"remarks,omitempty"`
}

// orderRow is a delivery that is to be made once the request is applied.
type orderRow struct {
	System string        `json:"system"`
	Domain string        `json:"domain"`
	Record rowID         `json:"record"`
	Kind   string        `json:"kind"`
	Code   string        `json:"code"`
	Expect rowAttributes `json:"expect"`
	Set    rowAttributes `json:"set"`
	ByHand bool          `json:"by_hand"`
}

func orderFromDomain(o domain.DeliveryOrder) orderRow {
	return orderRow{
		System: string(o.System), Domain: string(o.Domain), Record: rowID(o.Record), Kind: string(o.Kind), Code: string(o.Code),
		Expect: rowAttributes(o.Expect), Set: rowAttributes(o.Set), ByHand: o.ByHand,
	}
}

func (r orderRow) toDomain() domain.DeliveryOrder {
	return domain.DeliveryOrder{
		System: domain.SystemID(r.System), Domain: domain.DomainName(r.Domain), Record: domain.ID(r.Record),
		Kind: domain.DeliveryKind(r.Kind), Code: domain.Code(r.Code), Expect: domain.Attributes(r.Expect), Set: domain.Attributes(r.Set),
		ByHand: r.ByHand,
	}
}

func itemFromDomain(request rowID, position int, i domain.ChangeItem) itemRow {
	return itemRow{
		Request: request, Position: position, Record: rowID(i.Record), Discrepancy: rowID(i.Discrepancy),
		Body: asJSON(itemBody{
			Action: string(i.Action), Domain: string(i.Domain), Label: i.Label, BaseVersion: i.BaseVersion,
			Set: rowAttributes(i.Set), Before: rowAttributes(i.Before), Origin: lineageFromDomain(i.Origin),
			Delivery: optional(i.Delivery, orderFromDomain), Mapping: optional(i.Mapping, mappingFromDomain),
			Use: optional(i.Use, useFromDomain), System: optional(i.System, systemFromDomain),
			Plant: optional(i.Plant, plantFromDomain), Plan: optional(i.Plan, planFromDomain),
			Unmapped: optional(i.Unmapped, unmappedPolicyFromDomain),
			List:     optional(i.List, codeListFromDomain), Rule: optional(i.Rule, authorityFromDomain),
			Matching: optional(i.Matching, matchRuleFromDomain), Reopens: string(i.Reopens),
			Policy: optional(i.Policy, policyFromDomain), Clear: plain(i.Clear), Skips: rowID(i.Skips), After: i.After,
			Into: rowID(i.Into), IntoVersion: i.IntoVersion, Traces: convertOrNil(i.Traces, lineageFromDomain), Former: convertOrNil(i.Former, lineageFromDomain),
			Contradicts: i.Contradicts, Remarks: i.Remarks,
		}),
	}
}

func (r itemRow) toDomain() domain.ChangeItem {
	b := r.Body.V
	return domain.ChangeItem{
		Action: domain.ItemAction(b.Action), Domain: domain.DomainName(b.Domain), Label: b.Label,
		Discrepancy: domain.ID(r.Discrepancy), Record: domain.ID(r.Record), BaseVersion: b.BaseVersion,
		Set: domain.Attributes(b.Set), Before: domain.Attributes(b.Before), Origin: b.Origin.toDomain(),
		Delivery: optional(b.Delivery, orderRow.toDomain), Mapping: optional(b.Mapping, mappingRow.toDomain),
		Use: optional(b.Use, useRow.toDomain), System: optional(b.System, systemRow.toDomain),
		Plant: optional(b.Plant, plantRow.toDomain), Plan: optional(b.Plan, planRow.toDomain),
		Unmapped: optional(b.Unmapped, unmappedPolicyRow.toDomain),
		List:     optional(b.List, codeListRow.toDomain), Rule: optional(b.Rule, authorityRow.toDomain),
		Matching: optional(b.Matching, matchRuleRow.toDomain), Reopens: domain.PlantID(b.Reopens),
		Policy: optional(b.Policy, policyRow.toDomain), Clear: named[domain.AttributeID](b.Clear), Skips: domain.ID(b.Skips), After: b.After,
		Into: domain.ID(b.Into), IntoVersion: b.IntoVersion, Traces: convertOrNil(b.Traces, lineageRow.toDomain), Former: convertOrNil(b.Former, lineageRow.toDomain),
		Contradicts: b.Contradicts, Remarks: b.Remarks,
	}
}

// optional converts what a pointer points at; nil stays nil.
func optional[A, B any](from *A, to func(A) B) *B {
	if from == nil {
		return nil
	}
	converted := to(*from)
	return &converted
}
