package api

import (
	"context"
	"net/http"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
)

// RecordRequest is a plant's wish for a record that it believes is not there yet.
type RecordRequest struct {
	ID              string           `json:"id"`
	Domain          string           `json:"domain"`
	Plant           string           `json:"plant"`
	System          string           `json:"system"`
	Code            string           `json:"code" doc:"what the plant calls it in the system"`
	Name            string           `json:"name"`
	State           string           `json:"state" enum:"requested,in_completion,in_review,created,done,duplicate,rejected,withdrawn"`
	Attributes      Attributes       `json:"attributes"`
	Reason          string           `json:"reason"`
	RequestedBy     string           `json:"requested_by"`
	RequestedAt     string           `json:"requested_at"`
	RecordID        string           `json:"record_id" doc:"the golden record that came of it, or that was there"`
	Waits           bool             `json:"waits" doc:"it waits with another request for the same thing"`
	ChangeRequestID string           `json:"change_request_id"`
	Note            string           `json:"note" doc:"what was said last: why it was turned down, sent back or answered"`
	NotedBy         string           `json:"noted_by"`
	ChangedAt       string           `json:"changed_at"`
	Version         int              `json:"version"`
	May             RecordRequestMay `json:"may"`
}

// RecordRequestMay says what the reader may do with a record request as it stands.
type RecordRequestMay struct {
	Complete bool `json:"complete"`
	Submit   bool `json:"submit" doc:"in a list without regard to what is missing"`
	Answer   bool `json:"answer"`
	Reject   bool `json:"reject"`
	Withdraw bool `json:"withdraw"`
	Object   bool `json:"object"`
	Map      bool `json:"map"`
}

// RecordRequestDetail is a record request with what was found like it, what it lacks and how far it is.
type RecordRequestDetail struct {
	RecordRequest
	Candidates []RequestCandidate      `json:"candidates"`
	Missing    []ProblemField          `json:"missing" doc:"what the record would lack as things stand"`
	WithID     string                  `json:"with_id" doc:"the request it waits with, where the reader may see that"`
	Others     []WaitingRequest        `json:"others" doc:"those of which the same record comes"`
	Hidden     int                     `json:"hidden" doc:"how many more there are, of plants the reader may not see"`
	Record     *Record                 `json:"record,omitempty" doc:"the record that came of it, or that was there"`
	Change     *RecordRequestChange    `json:"change_request,omitempty"`
	Deliveries []RecordRequestDelivery `json:"deliveries" doc:"what the systems are told, in order"`
}

// RequestCandidate is a record, or another open request, that may be what is requested.
type RequestCandidate struct {
	RecordID  string   `json:"record_id" doc:"empty for a request"`
	RequestID string   `json:"request_id" doc:"empty for a record"`
	Code      string   `json:"code"`
	Name      string   `json:"name"`
	Plant     string   `json:"plant" doc:"of a request"`
	State     string   `json:"state"`
	Because   []string `json:"because" doc:"what is the same: code, name, gtin, manufacturer+manufacturer_part; similar: matching suggests it"`
	Same      bool     `json:"same" doc:"that is enough to take both for one thing"`
	// Suggestion is there for a record that matching suggests.
	Suggestion *Suggestion `json:"suggestion,omitempty" doc:"how likely a record is the same, and why; left out where matching does not suggest it"`
}

// WaitingRequest is another request of which the same record comes.
type WaitingRequest struct {
	ID    string `json:"id"`
	Plant string `json:"plant"`
	Code  string `json:"code"`
	State string `json:"state"`
}

// RecordRequestChange is how far the change request of a record request is.
type RecordRequestChange struct {
	ID        string `json:"id"`
	State     string `json:"state"`
	ClosedWhy string `json:"closed_why"`
}

// RecordRequestDelivery is what one system is told of the new record.
type RecordRequestDelivery struct {
	ID      string `json:"id"`
	System  string `json:"system"`
	Kind    string `json:"kind"`
	State   string `json:"state"`
	Code    string `json:"code" doc:"the system's own code, once it has one"`
	Problem string `json:"problem"`
	DueOn   string `json:"due_on" doc:"of a work-list entry"`
}

// NewRecordRequest asks for a record.
type NewRecordRequest struct {
	Domain     string     `json:"domain" maxLength:"40"`
	Plant      string     `json:"plant" maxLength:"16"`
	System     string     `json:"system" maxLength:"64"`
	Code       string     `json:"code,omitempty" maxLength:"128" doc:"what the plant calls it; may be left out where the system gives its own numbers"`
	Attributes Attributes `json:"attributes,omitempty" doc:"what is known of it"`
	Reason     string     `json:"reason" maxLength:"2000"`
}

// recordRequestsInput is GET /record-requests.
type recordRequestsInput struct {
	Domain string `query:"domain" default:"item"`
	State  string `query:"state"`
	System string `query:"system"`
	Text   string `query:"text" maxLength:"200" doc:"the start of the plant's code"`
	PageInput
}

type newRecordRequestInput struct{ Body NewRecordRequest }

// RequestedInput names a record request as it was looked at.
type RequestedInput struct {
	IDInput
	IfMatch string `header:"If-Match" required:"true" doc:"the version that was looked at"`
}

// completeInput is PUT /record-requests/{id}/attributes.
type completeInput struct {
	RequestedInput
	Body struct {
		Attributes Attributes `json:"attributes" doc:"all of them, as they are to be"`
	}
}

// submitWantedInput is POST /record-requests/{id}/submission.
type submitWantedInput struct {
	RequestedInput
	Body struct {
		Different string `json:"different,omitempty" maxLength:"1000" doc:"why it is none of the candidates; needed where there are any"`
	}
}

// answerWantedInput is PUT /record-requests/{id}/answer.
type answerWantedInput struct {
	RequestedInput
	Body struct {
		RecordID  string `json:"record_id,omitempty" maxLength:"100" doc:"the record that it is"`
		RequestID string `json:"request_id,omitempty" maxLength:"100" doc:"or the request that it waits with"`
		Reason    string `json:"reason,omitempty" maxLength:"2000"`
	}
}

// reasonWantedInput is a step that takes a reason.
type reasonWantedInput struct {
	RequestedInput
	Body struct {
		Reason string `json:"reason,omitempty" maxLength:"2000"`
	}
}

func (a *API) registerRecordRequests() {
	const one = "/record-requests/{id}"
	handle(a, operation(http.MethodGet, "/record-requests", "list-record-requests", "The plants' requests for new records, newest first"), a.recordRequests)
	handle(a, created("/record-requests", "request-record", "Ask for a record, which is searched for before it is made"), a.requestRecord)
	handle(a, operation(http.MethodGet, one, "get-record-request", "One record request"), a.recordRequest)
	handle(a, operation(http.MethodPut, one+"/attributes", "complete-record-request", "Complete what is known of the record"), a.completeRecordRequest)
	handle(a, operation(http.MethodPost, one+"/submission", "submit-record-request", "Propose to make the record"), a.submitRecordRequest)
	handle(a, operation(http.MethodPut, one+"/answer", "answer-record-request", "Answer with a record or a request there is"), a.answerRecordRequest)
	handle(a, operation(http.MethodPut, one+"/rejection", "reject-record-request", "Turn down"), a.wantedStep(a.Catalog.RejectRecordRequest))
	handle(a, operation(http.MethodPut, one+"/withdrawal", "withdraw-record-request", "Take back"), a.wantedStep(a.Catalog.WithdrawRecordRequest))
	handle(a, operation(http.MethodPut, one+"/objection", "object-to-answer", "Say that the answer is something else"), a.wantedStep(a.Catalog.ObjectToAnswer))
	handle(a, operation(http.MethodPost, one+"/mapping", "map-to-answer", "Take the answer: propose to map the code to it"), a.wantedStep(a.Catalog.MapToAnswer))
}

func (a *API) recordRequests(ctx context.Context, in *recordRequestsInput) (*body[List[RecordRequest]], error) {
	views, next, err := a.Catalog.RecordRequests(ctx, actorOf(ctx), domain.RecordRequestQuery{
		Domain: domain.DomainName(in.Domain), State: domain.RecordRequestState(in.State), System: domain.SystemID(in.System), Text: in.Text, Page: in.page(),
	})
	if err != nil {
		return nil, err
	}
	return listOf(views, next, recordRequestOf), nil
}

func (a *API) requestRecord(ctx context.Context, in *newRecordRequestInput) (*tagged[RecordRequestDetail], error) {
	view, err := a.Catalog.RequestRecord(ctx, actorOf(ctx), catalog.WantedRecord{
		Domain: domain.DomainName(in.Body.Domain), Plant: domain.PlantID(in.Body.Plant), System: domain.SystemID(in.Body.System),
		Code: in.Body.Code, Attributes: in.Body.Attributes.values, Reason: in.Body.Reason,
	})
	return wantedOut(view, err)
}

func (a *API) recordRequest(ctx context.Context, in *IDInput) (*tagged[RecordRequestDetail], error) {
	id, err := domain.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	view, err := a.Catalog.RecordRequest(ctx, actorOf(ctx), id)
	return wantedOut(view, err)
}

func (a *API) completeRecordRequest(ctx context.Context, in *completeInput) (*tagged[RecordRequestDetail], error) {
	return wanted(in.RequestedInput, func(id domain.ID, version int) (catalog.RecordRequestView, error) {
		return a.Catalog.CompleteRecordRequest(ctx, actorOf(ctx), id, version, in.Body.Attributes.values)
	})
}

func (a *API) submitRecordRequest(ctx context.Context, in *submitWantedInput) (*tagged[RecordRequestDetail], error) {
	out, err := wanted(in.RequestedInput, func(id domain.ID, version int) (catalog.RecordRequestView, error) {
		return a.Catalog.SubmitRecordRequest(ctx, actorOf(ctx), id, version, in.Body.Different)
	})
	if err == nil {
		a.DecisionsTaken()
	}
	return out, err
}

func (a *API) answerRecordRequest(ctx context.Context, in *answerWantedInput) (*tagged[RecordRequestDetail], error) {
	record, err := optionalID(in.Body.RecordID)
	if err != nil {
		return nil, err
	}
	request, err := optionalID(in.Body.RequestID)
	if err != nil {
		return nil, err
	}
	return wanted(in.RequestedInput, func(id domain.ID, version int) (catalog.RecordRequestView, error) {
		return a.Catalog.AnswerRecordRequest(ctx, actorOf(ctx), id, version, catalog.RecordAnswer{Record: record, Request: request, Reason: in.Body.Reason})
	})
}

// wantedStep is a step that takes a reason.
func (a *API) wantedStep(
	step func(context.Context, domain.Actor, domain.ID, int, string) (catalog.RecordRequestView, error),
) func(context.Context, *reasonWantedInput) (*tagged[RecordRequestDetail], error) {
	return func(ctx context.Context, in *reasonWantedInput) (*tagged[RecordRequestDetail], error) {
		out, err := wanted(in.RequestedInput, func(id domain.ID, version int) (catalog.RecordRequestView, error) {
			return step(ctx, actorOf(ctx), id, version, in.Body.Reason)
		})
		if err == nil {
			a.DecisionsTaken()
		}
		return out, err
	}
}

// wanted takes one step on a record request at the version that was looked at: 412 when that has moved.
func wanted(in RequestedInput, step func(domain.ID, int) (catalog.RecordRequestView, error)) (*tagged[RecordRequestDetail], error) {
	id, err := domain.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	version, err := parseETag(in.IfMatch)
	if err != nil {
		return nil, err
	}
	view, err := step(id, version)
	if domain.ErrorCode(err) == domain.CodeRecordRequestStale {
		return nil, preconditionError{err}
	}
	return wantedOut(view, err)
}

func wantedOut(view catalog.RecordRequestView, err error) (*tagged[RecordRequestDetail], error) {
	if err != nil {
		return nil, err
	}
	return &tagged[RecordRequestDetail]{ETag: etagOf(view.Request.Version), Body: recordRequestDetailOf(view)}, nil
}

func recordRequestOf(v catalog.RecordRequestView) RecordRequest {
	r := v.Request
	return RecordRequest{
		ID: r.ID.String(), Domain: string(r.Domain), Plant: string(r.Plant), System: string(r.System), Code: string(r.Code),
		Name: r.Attributes.Text(v.Definition.NameAttribute), State: string(r.State), Attributes: Attributes{r.Attributes}, Reason: r.Reason,
		RequestedBy: string(r.RequestedBy), RequestedAt: r.RequestedAt.String(), RecordID: r.Record.String(), Waits: !r.With.IsZero(),
		ChangeRequestID: r.ChangeRequest.String(), Note: r.Note, NotedBy: string(r.NotedBy), ChangedAt: r.ChangedAt.String(), Version: r.Version,
		May: RecordRequestMay(v.May),
	}
}

func recordRequestDetailOf(v catalog.RecordRequestView) RecordRequestDetail {
	out := RecordRequestDetail{
		RecordRequest: recordRequestOf(v), WithID: v.LedBy.String(), Hidden: v.Hidden,
		Candidates: each(v.Candidates, func(c catalog.Candidate) RequestCandidate { return candidateOf(v.Definition, c) }),
		Missing:    each(v.Missing, func(f domain.FieldError) ProblemField { return ProblemField{Location: f.Location, Message: f.Msg} }),
		Others: each(v.Others, func(r domain.RecordRequest) WaitingRequest {
			return WaitingRequest{ID: r.ID.String(), Plant: string(r.Plant), Code: string(r.Code), State: string(r.State)}
		}),
		Deliveries: each(v.Deliveries, func(d domain.Delivery) RecordRequestDelivery {
			return RecordRequestDelivery{
				ID: d.ID.String(), System: string(d.Order.System), Kind: string(d.Order.Kind), State: string(d.State), Code: string(d.Order.Code),
				Problem: d.Problem, DueOn: string(d.DueOn),
			}
		}),
	}
	if v.Answer != nil {
		record := recordOf(*v.Answer, v.Definition)
		out.Record = &record
	}
	if v.Change != nil {
		out.Change = &RecordRequestChange{ID: v.Change.ID.String(), State: string(v.Change.State), ClosedWhy: v.Change.ClosedWhy}
	}
	return out
}

func candidateOf(definition domain.Definition, c catalog.Candidate) RequestCandidate {
	out := RequestCandidate{Because: c.Because, Same: c.Same}
	if c.Suggestion != nil {
		suggestion := suggestionOf(*c.Suggestion, definition)
		out.Suggestion = &suggestion
	}
	if record := c.Record; record != nil {
		out.RecordID, out.State = record.ID.String(), string(record.State)
		out.Code, out.Name = record.Attributes.Text(definition.CodeAttribute), record.Attributes.Text(definition.NameAttribute)
	}
	if request := c.Request; request != nil {
		out.RequestID, out.State, out.Plant = request.ID.String(), string(request.State), string(request.Plant)
		out.Code, out.Name = string(request.Code), request.Attributes.Text(definition.NameAttribute)
	}
	return out
}
