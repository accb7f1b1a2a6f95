package api

import (
	"context"
	"net/http"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Delivery is one change on its way to one system.
type Delivery struct {
	ID              string     `json:"id"`
	System          string     `json:"system"`
	Domain          string     `json:"domain"`
	RecordID        string     `json:"record_id"`
	Kind            string     `json:"kind"`
	Code            string     `json:"code"`
	Label           string     `json:"label"`
	Plant           string     `json:"plant"`
	State           string     `json:"state"`
	Expect          Attributes `json:"expect" doc:"the target's values the decision was made on"`
	Set             Attributes `json:"set"`
	Current         Attributes `json:"current" doc:"the target's values found in a conflict"`
	Attempt         int        `json:"attempt"`
	MaxAttempts     int        `json:"max_attempts"`
	Problem         string     `json:"problem"`
	ProblemCode     string     `json:"problem_code"`
	Unguarded       bool       `json:"unguarded" doc:"the target could not compare and set; a named admin accepted that"`
	ByHand          bool       `json:"by_hand"`
	DueOn           string     `json:"due_on"`
	ApprovedBy      string     `json:"approved_by"`
	ChangeRequestID string     `json:"change_request_id"`
	DiscrepancyID   string     `json:"discrepancy_id"`
	CreatedAt       string     `json:"created_at"`
	RunAt           string     `json:"run_at"`
	ConfirmedAt     string     `json:"confirmed_at"`
	Version         int        `json:"version"`
}

// DeliverySummary counts deliveries by system and state.
type DeliverySummary struct {
	Systems []DeliveryCounts `json:"systems"`
}

// DeliveryCounts counts one system's deliveries by state.
type DeliveryCounts struct {
	System string         `json:"system"`
	Name   string         `json:"name"`
	Counts map[string]int `json:"counts"`
}

// deliveriesInput is GET /deliveries.
type deliveriesInput struct {
	System  string `query:"system"`
	State   string `query:"state"`
	Request string `query:"request" doc:"only those of this change request"`
	PageInput
}

func (a *API) registerDeliveries() {
	handle(a, operation(http.MethodGet, "/deliveries", "list-deliveries", "The deliveries, newest first"), a.deliveries)
	handle(a, operation(http.MethodGet, "/deliveries/summary", "summarize-deliveries", "Deliveries by system and state"), a.deliverySummary)
	handle(a, operation(http.MethodGet, "/deliveries/{id}", "get-delivery", "One delivery"), a.delivery)
	handle(a, operation(http.MethodPost, "/deliveries/{id}/retry", "retry-delivery", "Try a held or dead delivery again"), a.retryDelivery)
	handle(a, operation(http.MethodPost, "/deliveries/{id}/skip", "skip-delivery", "Give a delivery up"), a.skipDelivery)
}

func (a *API) deliveries(ctx context.Context, in *deliveriesInput) (*body[List[Delivery]], error) {
	query := domain.DeliveryQuery{System: domain.SystemID(in.System), Page: in.page()}
	if in.State != "" {
		query.States = []domain.DeliveryState{domain.DeliveryState(in.State)}
	}
	if in.Request != "" {
		id, err := domain.ParseID(in.Request)
		if err != nil {
			return nil, err
		}
		query.Request = id
	}
	deliveries, next, err := a.Desk.Deliveries(ctx, actorOf(ctx), query)
	if err != nil {
		return nil, err
	}
	return listOf(deliveries, next, deliveryOf), nil
}

func (a *API) deliverySummary(ctx context.Context, _ *struct{}) (*body[DeliverySummary], error) {
	by := actorOf(ctx)
	counts, err := a.Desk.DeliveryCounts(ctx, by)
	if err != nil {
		return nil, err
	}
	systems, err := a.Catalog.Systems(ctx, by)
	if err != nil {
		return nil, err
	}
	summary := DeliverySummary{Systems: []DeliveryCounts{}}
	for _, view := range systems {
		line := DeliveryCounts{System: string(view.System.ID), Name: view.System.Name, Counts: map[string]int{}}
		for state, n := range counts[view.System.ID] {
			line.Counts[string(state)] = n
		}
		summary.Systems = append(summary.Systems, line)
	}
	return bodyOf(summary), nil
}

func (a *API) delivery(ctx context.Context, in *IDInput) (*body[Delivery], error) {
	return onDelivery(in.ID, func(id domain.ID) (domain.Delivery, error) { return a.Desk.Delivery(ctx, actorOf(ctx), id) })
}

func (a *API) retryDelivery(ctx context.Context, in *IDInput) (*body[Delivery], error) {
	out, err := onDelivery(in.ID, func(id domain.ID) (domain.Delivery, error) { return a.Desk.RetryDelivery(ctx, actorOf(ctx), id) })
	if err == nil {
		a.DeliveriesWaiting()
	}
	return out, err
}

func (a *API) skipDelivery(ctx context.Context, in *ReasonInput) (*body[Delivery], error) {
	return onDelivery(in.ID, func(id domain.ID) (domain.Delivery, error) {
		return a.Desk.SkipDelivery(ctx, actorOf(ctx), id, in.Body.Reason)
	})
}

func onDelivery(rawID string, do func(domain.ID) (domain.Delivery, error)) (*body[Delivery], error) {
	id, err := domain.ParseID(rawID)
	if err != nil {
		return nil, err
	}
	delivery, err := do(id)
	if err != nil {
		return nil, err
	}
	return bodyOf(deliveryOf(delivery)), nil
}

func deliveryOf(d domain.Delivery) Delivery {
	return Delivery{
		ID: d.ID.String(), System: string(d.Order.System), Domain: string(d.Order.Domain), RecordID: d.Order.Record.String(), Kind: string(d.Order.Kind),
		Code: string(d.Order.Code), Label: d.Label, Plant: string(d.Plant), State: string(d.State), Expect: Attributes{d.Order.Expect},
		Set: Attributes{d.Order.Set}, Current: Attributes{d.Current}, Attempt: d.Attempt, MaxAttempts: domain.MaxDeliveryAttempts,
		Problem: d.Problem, ProblemCode: d.ProblemCode, Unguarded: d.Unguarded, ByHand: d.Order.ByHand, DueOn: string(d.DueOn),
		ApprovedBy: string(d.ApprovedBy), ChangeRequestID: d.ChangeRequest.String(), DiscrepancyID: d.Discrepancy.String(),
		CreatedAt: d.CreatedAt.String(), RunAt: d.RunAt.String(), ConfirmedAt: d.ConfirmedAt.String(), Version: d.Version,
	}
}
