package api

import (
	"context"
	"net/http"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// AuditEntry is one governed write.
type AuditEntry struct {
	Chain    string        `json:"chain" doc:"the domain; empty for what belongs to none"`
	Sequence int64         `json:"sequence"`
	At       string        `json:"at"`
	Actor    string        `json:"actor"`
	Reason   string        `json:"reason"`
	Changes  []AuditChange `json:"changes"`
	Hash     string        `json:"hash"`
}

// AuditChange is one thing that was changed.
type AuditChange struct {
	Aggregate string `json:"aggregate"`
	ID        string `json:"id"`
	Version   int    `json:"version"`
}

func (a *API) registerAudit() {
	handle(a, operation(http.MethodGet, "/audit", "list-audit", "The audit trail, newest first"),
		func(ctx context.Context, in *PageInput) (*body[List[AuditEntry]], error) {
			entries, next, err := a.Desk.AuditTrail(ctx, actorOf(ctx), in.page())
			if err != nil {
				return nil, err
			}
			return listOf(entries, next, auditOf), nil
		})
}

func auditOf(e domain.AuditEntry) AuditEntry {
	return AuditEntry{
		Chain: e.Chain, Sequence: e.Sequence, At: e.At.String(), Actor: string(e.Actor), Reason: e.Reason, Hash: e.Hash,
		Changes: each(e.Changes, func(c domain.AuditChange) AuditChange {
			return AuditChange{Aggregate: c.Aggregate, ID: c.ID, Version: c.Version}
		}),
	}
}
