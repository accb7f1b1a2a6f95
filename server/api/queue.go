package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// Row is one discrepancy as the queue shows it.
type Row struct {
	ID        string `json:"id"`
	Version   int    `json:"version"`
	State     string `json:"state"`
	Class     string `json:"class"`
	Domain    string `json:"domain"`
	System    string `json:"system"`
	Plant     string `json:"plant"`
	Attribute string `json:"attribute"`
	RecordID  string `json:"record_id"`
	Label     string `json:"label"`
	Code      string `json:"code"`
	Golden    string `json:"golden" doc:"the golden value as people read it"`
	Source    string `json:"source" doc:"the system's value as people read it"`
	FirstSeen string `json:"first_seen"`
	LastSeen  string `json:"last_seen"`
}

// QueueSnapshot is a queue whose order does not change while somebody works through it.
type QueueSnapshot struct {
	SnapshotID string       `json:"snapshot_id"`
	Total      int          `json:"total"`
	ExpiresAt  string       `json:"expires_at"`
	Groups     []QueueGroup `json:"groups"`
}

// QueueGroup counts the discrepancies that look alike.
type QueueGroup struct {
	Pattern   string `json:"pattern"`
	Domain    string `json:"domain"`
	System    string `json:"system"`
	Class     string `json:"class"`
	Attribute string `json:"attribute"`
	Count     int    `json:"count"`
}

// QueueRows is a window of a snapshot, each discrepancy as it is now.
type QueueRows struct {
	Offset int   `json:"offset"`
	Total  int   `json:"total"`
	Rows   []Row `json:"rows"`
}

// OpenQueue selects discrepancies; what is left out does not restrict.
type OpenQueue struct {
	Domain    string   `json:"domain,omitempty"`
	System    string   `json:"system,omitempty"`
	Class     string   `json:"class,omitempty"`
	Attribute string   `json:"attribute,omitempty"`
	States    []string `json:"states,omitempty" maxItems:"20" doc:"default: those that wait for a decision"`
	Plants    []string `json:"plants,omitempty" maxItems:"1000"`
	Pattern   string   `json:"pattern,omitempty" maxLength:"1000"`
	Text      string   `json:"text,omitempty" maxLength:"200"`
}

// snapshotInput is POST /queues/discrepancies/snapshot.
type snapshotInput struct{ Body OpenQueue }

// queueRowsInput is GET /queues/discrepancies/{snapshot_id}/rows.
type queueRowsInput struct {
	SnapshotID string `path:"snapshot_id" maxLength:"100"`
	WindowInput
}

func (a *API) registerQueue() {
	handle(a, created("/queues/discrepancies/snapshot", "open-queue", "Open the queue of discrepancies"), a.openQueue)
	handle(a, operation(http.MethodGet, "/queues/discrepancies/{snapshot_id}/rows", "list-queue-rows", "A window of an open queue"), a.queueRows)
}

func (a *API) openQueue(ctx context.Context, in *snapshotInput) (*body[QueueSnapshot], error) {
	wanted := in.Body
	queue, err := a.Desk.OpenQueue(ctx, actorOf(ctx), domain.DiscrepancyQuery{
		Domain: domain.DomainName(wanted.Domain), System: domain.SystemID(wanted.System), Class: domain.Class(wanted.Class),
		Attribute: domain.AttributeID(wanted.Attribute), States: namesOf[domain.DiscrepancyState](wanted.States),
		Plants: domain.PlantScope{Plants: namesOf[domain.PlantID](wanted.Plants)}, Pattern: wanted.Pattern, Text: wanted.Text,
	})
	if err != nil {
		return nil, err
	}
	return bodyOf(snapshotOf(queue)), nil
}

func snapshotOf(queue steward.Queue) QueueSnapshot {
	return QueueSnapshot{
		SnapshotID: queue.Snapshot.ID.String(), Total: len(queue.Snapshot.IDs), ExpiresAt: queue.Snapshot.ExpiresAt.String(),
		Groups: each(queue.Patterns, groupOf),
	}
}

func groupOf(p domain.PatternCount) QueueGroup {
	parts := append(strings.Split(p.Pattern, "|"), "", "", "", "")
	return QueueGroup{Pattern: p.Pattern, Domain: parts[0], System: parts[1], Class: parts[2], Attribute: parts[3], Count: p.Count}
}

func (a *API) queueRows(ctx context.Context, in *queueRowsInput) (*body[QueueRows], error) {
	id, err := domain.ParseID(in.SnapshotID)
	if err != nil {
		return nil, err
	}
	rows, total, err := a.Desk.QueueRows(ctx, actorOf(ctx), id, in.Offset, in.Limit)
	if err != nil {
		return nil, err
	}
	return bodyOf(QueueRows{Offset: in.Offset, Total: total, Rows: each(rows, rowOf)}), nil
}

func rowOf(d domain.Discrepancy) Row {
	f := d.Finding
	golden, source := domain.Beside(f.Golden, f.Source)
	return Row{
		ID: d.ID.String(), Version: d.Version, State: string(d.State), Class: string(f.Class), Domain: string(f.Domain), System: string(f.System),
		Plant: string(f.Plant), Attribute: string(f.Attribute), RecordID: f.Record.String(), Label: f.Label, Code: string(f.Code),
		Golden: golden, Source: source, FirstSeen: d.FirstSeen.String(), LastSeen: d.LastSeen.String(),
	}
}
