package api

import (
	"context"
	"net/http"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
)

// MergeWish says which records are one thing, and what the one that stays is to take from which of them.
type MergeWish struct {
	Survivor string            `json:"survivor,omitempty" maxLength:"100" doc:"the record that stays; empty: the one proposed"`
	Losers   []string          `json:"losers" minItems:"1" maxItems:"20" doc:"the records that are to forward to it; without a survivor all records concerned"`
	Choose   map[string]string `json:"choose,omitempty" doc:"by attribute: the record whose value stays"`
	Versions map[string]int    `json:"versions,omitempty" doc:"by record: the version that was looked at; another one is refused"`
}

// ProposeMerge is a MergeWish with its reason.
type ProposeMerge struct {
	MergeWish
	Reason      string `json:"reason" maxLength:"2000"`
	Acknowledge bool   `json:"acknowledge,omitempty" doc:"the contradictions among the warnings were seen, and the records are one thing all the same"`
}

// MergePreview is what a merge would come to.
type MergePreview struct {
	Survivor    string           `json:"survivor"`
	SurvivorWhy string           `json:"survivor_why"`
	Members     []MergeMember    `json:"members" doc:"the survivor first"`
	Attributes  []MergeAttribute `json:"attributes"`
	Warnings    []MergeRemark    `json:"warnings"`
	Refusals    []MergeRemark    `json:"refusals" doc:"while there is one the merge cannot be proposed"`
	Effects     MergeEffects     `json:"effects"`
}

// MergeMember is one of the records.
type MergeMember struct {
	MergedRecord
	Mappings []MergeCode `json:"mappings"`
	Uses     []PlantUse  `json:"uses"`
}

// MergedRecord names a record as it is now.
type MergedRecord struct {
	ID      string `json:"id"`
	Code    string `json:"code"`
	Name    string `json:"name"`
	Version int    `json:"version"`
	State   string `json:"state"`
}

// MergeCode is a code that stands for a record.
type MergeCode struct {
	ID     string `json:"id"`
	System string `json:"system"`
	Code   string `json:"code"`
	Plant  string `json:"plant"`
}

// MergeAttribute is one attribute of the survivor as it would be; a value of one plant or company has that behind its ID.
type MergeAttribute struct {
	ID         string       `json:"id"`
	Label      string       `json:"label"`
	Kind       string       `json:"kind"`
	Values     []MergeValue `json:"values"`
	ChosenFrom string       `json:"chosen_from" doc:"the record whose value stays"`
	Display    string       `json:"display"`
	Rule       string       `json:"rule" enum:"chosen,authority,agreed,complete,recent,own,united"`
	Why        string       `json:"why"`
	Differs    bool         `json:"differs" doc:"the records do not agree"`
}

// MergeValue is one record's value.
type MergeValue struct {
	RecordID string `json:"record_id"`
	Value    Value  `json:"value"`
	Display  string `json:"display"`
}

// MergeRemark is something to know, or a reason why not.
type MergeRemark struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// MergeEffects counts what a merge concerns.
type MergeEffects struct {
	Mappings      int `json:"mappings" doc:"codes that come to stand for the survivor"`
	PlantUses     int `json:"plant_uses" doc:"plants whose use comes to count for the survivor"`
	Discrepancies int `json:"discrepancies" doc:"open ones that move to the survivor with the next run"`
	Deliveries    int `json:"deliveries" doc:"those under way; a merge waits for them"`
}

// UnmergePreview is what taking a merged record out again would come to, and what has happened since.
type UnmergePreview struct {
	Loser         MergedRecord      `json:"loser"`
	Survivor      MergedRecord      `json:"survivor"`
	MergedAt      string            `json:"merged_at"`
	RequestID     string            `json:"request_id"`
	By            string            `json:"by" doc:"who proposed the merge"`
	ApprovedBy    string            `json:"approved_by"`
	Restores      []UnmergeRestore  `json:"restores" doc:"values of the survivor that go back"`
	Stays         []UnmergeStay     `json:"stays" doc:"values of the merge that were changed since, and stay"`
	MappingsSince []MergeCode       `json:"mappings_since" doc:"codes mapped to the survivor since; each can be sent back with the loser"`
	UsesSince     []PlantUse        `json:"uses_since" doc:"plants that came to use the survivor since; each can be sent back with the loser"`
	Discrepancies int               `json:"discrepancies" doc:"open ones under the loser's codes; they move back with the next run"`
	Deliveries    []UnmergeDelivery `json:"deliveries" doc:"what was written under the loser's codes since; it stays as it is there"`
	Others        []MergedRecord    `json:"others" doc:"other records merged into the survivor; they stay so"`
	Refusals      []MergeRemark     `json:"refusals"`
}

// UnmergeRestore is a value that goes back.
type UnmergeRestore struct {
	Attribute string `json:"attribute"`
	Label     string `json:"label"`
	From      string `json:"from"`
	To        string `json:"to"`
}

// UnmergeStay is a value of the merge that somebody has changed since.
type UnmergeStay struct {
	Attribute        string `json:"attribute"`
	Label            string `json:"label"`
	Value            string `json:"value"`
	ChangedByRequest string `json:"changed_by_request"`
}

// UnmergeDelivery is something that was written to a system under a code of the loser.
type UnmergeDelivery struct {
	ID     string `json:"id"`
	System string `json:"system"`
	Kind   string `json:"kind"`
	Code   string `json:"code"`
	State  string `json:"state"`
}

// ProposeUnmerge proposes to take a merged record out again.
type ProposeUnmerge struct {
	Reason   string   `json:"reason" maxLength:"2000"`
	SendBack SendBack `json:"send_back,omitempty"`
}

// SendBack is what came to the survivor since the merge and goes with the loser.
type SendBack struct {
	Mappings []string `json:"mappings,omitempty" maxItems:"1000" doc:"by ID"`
	Plants   []string `json:"plants,omitempty" maxItems:"1000"`
}

// previewMergeInput is POST /records/{domain}/merge-preview.
type previewMergeInput struct {
	DomainInput
	Body MergeWish
}

// proposeMergeInput is POST /records/{domain}/merges.
type proposeMergeInput struct {
	DomainInput
	Body ProposeMerge
}

// proposeUnmergeInput is POST /records/{domain}/{id}/unmerge.
type proposeUnmergeInput struct {
	DomainInput
	IDInput
	IfMatch string `header:"If-Match" doc:"the loser's version that was looked at; left out: whatever it is"`
	Body    ProposeUnmerge
}

func (a *API) registerMerges() {
	handle(a, operation(http.MethodPost, "/records/{domain}/merge-preview", "preview-merge", "What merging records would come to"), a.previewMerge)
	handle(a, created("/records/{domain}/merges", "propose-merge", "Propose to merge records"), a.proposeMerge)
	handle(a, operation(http.MethodGet, "/records/{domain}/{id}/unmerge-preview", "preview-unmerge", "What taking a merged record out again would come to"), a.previewUnmerge)
	handle(a, created("/records/{domain}/{id}/unmerge", "propose-unmerge", "Propose to take a merged record out again"), a.proposeUnmerge)
}

func (a *API) previewMerge(ctx context.Context, in *previewMergeInput) (*body[MergePreview], error) {
	wish, err := in.Body.wish()
	if err != nil {
		return nil, err
	}
	preview, err := a.Catalog.PreviewMerge(ctx, actorOf(ctx), domain.DomainName(in.Domain), wish)
	if err != nil {
		return nil, err
	}
	return bodyOf(mergePreviewOf(preview)), nil
}

func (a *API) proposeMerge(ctx context.Context, in *proposeMergeInput) (*body[ChangeRequest], error) {
	wish, err := in.Body.wish()
	if err != nil {
		return nil, err
	}
	wish.Acknowledge, wish.Reason = in.Body.Acknowledge, in.Body.Reason
	request, err := a.Catalog.MergeRecords(ctx, actorOf(ctx), domain.DomainName(in.Domain), wish)
	if err != nil {
		return nil, err
	}
	return a.requestByID(ctx, request.ID)
}

func (a *API) previewUnmerge(ctx context.Context, in *recordInput) (*tagged[UnmergePreview], error) {
	id, err := domain.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	preview, err := a.Catalog.PreviewUnmerge(ctx, actorOf(ctx), domain.DomainName(in.Domain), id)
	if err != nil {
		return nil, err
	}
	return &tagged[UnmergePreview]{ETag: etagOf(preview.Loser.Version), Body: unmergePreviewOf(preview)}, nil
}

func (a *API) proposeUnmerge(ctx context.Context, in *proposeUnmergeInput) (*body[ChangeRequest], error) {
	id, err := domain.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	wish := catalog.UnmergeWish{Reason: in.Body.Reason, Plants: namesOf[domain.PlantID](in.Body.SendBack.Plants)}
	if in.IfMatch != "" {
		if wish.Version, err = parseETag(in.IfMatch); err != nil {
			return nil, err
		}
	}
	if wish.Mappings, err = idsOf(in.Body.SendBack.Mappings); err != nil {
		return nil, err
	}
	request, err := a.Catalog.UnmergeRecord(ctx, actorOf(ctx), domain.DomainName(in.Domain), id, wish)
	if domain.ErrorCode(err) == domain.CodeRecordStale && in.IfMatch != "" {
		return nil, preconditionError{err}
	}
	if err != nil {
		return nil, err
	}
	return a.requestByID(ctx, request.ID)
}

// wish reads the IDs.
func (w MergeWish) wish() (catalog.MergeWish, error) {
	out := catalog.MergeWish{Choose: map[domain.AttributeID]domain.ID{}, Versions: map[domain.ID]int{}}
	var err error
	if out.Survivor, err = optionalID(w.Survivor); err != nil {
		return out, err
	}
	if out.Losers, err = idsOf(w.Losers); err != nil {
		return out, err
	}
	for attribute, raw := range w.Choose {
		if out.Choose[domain.AttributeID(attribute)], err = domain.ParseID(raw); err != nil {
			return out, err
		}
	}
	for raw, version := range w.Versions {
		id, err := domain.ParseID(raw)
		if err != nil {
			return out, err
		}
		out.Versions[id] = version
	}
	return out, nil
}

// idsOf reads a list of IDs.
func idsOf(raw []string) ([]domain.ID, error) {
	ids := make([]domain.ID, len(raw))
	for i, one := range raw {
		var err error
		if ids[i], err = domain.ParseID(one); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

func mergePreviewOf(p catalog.MergePreview) MergePreview {
	return MergePreview{
		Survivor: p.Survivor.String(), SurvivorWhy: p.SurvivorWhy,
		Members:    each(p.Members, mergeMemberOf(p.Definition)),
		Attributes: each(p.Choices, mergeAttributeOf), Warnings: each(p.Warnings, mergeRemarkOf), Refusals: each(p.Refusals, mergeRemarkOf),
		Effects: MergeEffects(p.Effects),
	}
}

func mergeAttributeOf(c catalog.Choice) MergeAttribute {
	return MergeAttribute{
		ID: string(c.Key), Label: c.Attribute.Label, Kind: string(c.Attribute.Kind), ChosenFrom: c.From.String(), Display: display(c.Value),
		Rule: string(c.Rule), Why: c.Why, Differs: c.Differs,
		Values: each(c.Values, func(v catalog.MemberValue) MergeValue {
			return MergeValue{RecordID: v.Record.String(), Value: Value{v.Value}, Display: display(v.Value)}
		}),
	}
}

func unmergePreviewOf(p catalog.UnmergePreview) UnmergePreview {
	named := func(r domain.GoldenRecord) MergedRecord { return mergedRecordOf(r, p.Definition) }
	return UnmergePreview{
		Loser: named(p.Loser), Survivor: named(p.Survivor), MergedAt: p.Merge.AppliedAt.String(), RequestID: p.Merge.ID.String(),
		By: string(p.Merge.ProposedBy), ApprovedBy: string(p.Merge.ApprovedBy()),
		Restores: each(p.Restores, func(r catalog.Restored) UnmergeRestore {
			return UnmergeRestore{Attribute: string(r.Key), Label: r.Label, From: display(r.From), To: display(r.To)}
		}),
		Stays: each(p.Stays, func(s catalog.Stayed) UnmergeStay {
			return UnmergeStay{Attribute: string(s.Key), Label: s.Label, Value: display(s.Value), ChangedByRequest: s.Request.String()}
		}),
		MappingsSince: each(p.Mappings, mergeCodeOf), UsesSince: each(p.Uses, plantUseOf), Discrepancies: p.Discrepancies,
		Deliveries: each(p.Deliveries, func(d domain.Delivery) UnmergeDelivery {
			return UnmergeDelivery{ID: d.ID.String(), System: string(d.Order.System), Kind: string(d.Order.Kind), Code: string(d.Order.Code), State: string(d.State)}
		}),
		Others: each(p.Others, named), Refusals: each(p.Refusals, mergeRemarkOf),
	}
}

func mergeMemberOf(d domain.Definition) func(catalog.MergeMember) MergeMember {
	return func(m catalog.MergeMember) MergeMember {
		return MergeMember{MergedRecord: mergedRecordOf(m.Record, d), Mappings: each(m.Mappings, mergeCodeOf), Uses: each(m.Uses, plantUseOf)}
	}
}

func mergedRecordOf(r domain.GoldenRecord, d domain.Definition) MergedRecord {
	return MergedRecord{
		ID: r.ID.String(), Code: r.Attributes.Text(d.CodeAttribute), Name: r.Attributes.Text(d.NameAttribute), Version: r.Version, State: string(r.State),
	}
}

func mergeCodeOf(m domain.CodeMapping) MergeCode {
	return MergeCode{ID: m.ID.String(), System: string(m.System), Code: string(m.Code), Plant: string(m.Plant)}
}

func mergeRemarkOf(r catalog.Remark) MergeRemark {
	return MergeRemark{Code: r.Code, Message: r.Message}
}

func plantUseOf(u domain.PlantUse) PlantUse {
	return PlantUse{Plant: string(u.Plant), State: string(u.State)}
}
