package api

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"reflect"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/telemetry"
)

const problemType = "application/problem+json"

// Problem is an RFC 9457 problem document. Code is stable; Detail is a sentence for the person who meets it.
type Problem struct { //nolint:errname // RFC 9457 calls it so, and so does the API's schema
	Type    string         `json:"type" doc:"where the code is explained"`
	Title   string         `json:"title"`
	Status  int            `json:"status"`
	Detail  string         `json:"detail"`
	Code    string         `json:"code" example:"change_request.stale_version"`
	Errors  []ProblemField `json:"errors,omitempty" doc:"which parts of the input are wrong"`
	TraceID string         `json:"trace_id" doc:"under which the log tells more"`

	retryAfter time.Duration
}

// ProblemField is one part of the input that is wrong.
type ProblemField struct {
	Location string `json:"location" doc:"a JSON pointer, a parameter or a line of a file"`
	Message  string `json:"message"`
}

// Error is the sentence.
func (p *Problem) Error() string { return p.Detail }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is that of problem documents, whatever was asked for.
func (p *Problem) ContentType(string) string { return problemType }

// GetHeaders tells when to try again, where that is known.
func (p *Problem) GetHeaders() http.Header {
	headers := http.Header{}
	if p.retryAfter > 0 {
		headers.Set("Retry-After", strconv.Itoa(int(math.Ceil(p.retryAfter.Seconds()))))
	}
	return headers
}

// statusOf is the one table from kinds to HTTP statuses; one code has a status of its own.
func statusOf(kind domain.Kind, code string) int {
	if code == domain.CodeBodyTooLarge {
		return http.StatusRequestEntityTooLarge
	}
	switch kind {
	case domain.KindInvalid:
		return http.StatusUnprocessableEntity
	case domain.KindNotFound:
		return http.StatusNotFound
	case domain.KindConflict:
		return http.StatusConflict
	case domain.KindUnauthenticated:
		return http.StatusUnauthorized
	case domain.KindForbidden:
		return http.StatusForbidden
	case domain.KindRateLimited:
		return http.StatusTooManyRequests
	case domain.KindUnavailable:
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}

// preconditionError is an error whose cause is an If-Match that no longer holds.
type preconditionError struct{ error }

// Unwrap gives the cause.
func (p preconditionError) Unwrap() error { return p.error }

// problem turns any error into a problem document. What caused it is logged here, under the trace ID, and never sent.
func (a *API) problem(ctx context.Context, err error) *Problem {
	p := &Problem{Status: http.StatusInternalServerError, Code: domain.CodeInternal, Detail: "Internal error", TraceID: telemetry.TraceID(ctx)}
	var known *domain.Error
	if errors.As(err, &known) && known.Kind != domain.KindInternal {
		p.Status, p.Code, p.Detail, p.retryAfter = statusOf(known.Kind, known.Code), known.Code, known.Msg, known.RetryAfter
		for _, field := range known.Fields {
			p.Errors = append(p.Errors, ProblemField{Location: field.Location, Message: field.Msg})
		}
	}
	var failed preconditionError
	if errors.As(err, &failed) {
		p.Status = http.StatusPreconditionFailed
	}
	if p.Status >= http.StatusInternalServerError && !errors.Is(ctx.Err(), context.Canceled) {
		a.Log.ErrorContext(ctx, "a request failed", "code", p.Code, "error", err)
	}
	return p.named()
}

// named fills in what follows from the status and the code.
func (p *Problem) named() *Problem {
	p.Type, p.Title = "/docs/problems#"+p.Code, http.StatusText(p.Status)
	return p
}

// asProblem makes our problem of the errors of the HTTP framework: input that does not fit the operation.
func (a *API) asProblem(ctx huma.Context, _ string, content any) (any, error) {
	theirs, ok := content.(*huma.ErrorModel)
	if !ok {
		return content, nil
	}
	p := &Problem{Status: theirs.Status, Code: domain.CodeBodyInvalid, TraceID: telemetry.TraceID(ctx.Context())}
	switch {
	case theirs.Status == http.StatusRequestEntityTooLarge:
		p.Code, p.Detail = domain.CodeBodyTooLarge, "the body is too large"
	case theirs.Status >= http.StatusInternalServerError:
		p.Code, p.Detail = domain.CodeInternal, "Internal error"
		a.Log.ErrorContext(ctx.Context(), "a request failed", "code", p.Code, "error", theirs.Error())
	default:
		p.Detail = "the request does not fit the operation"
		for _, detail := range theirs.Errors {
			p.Errors = append(p.Errors, ProblemField{Location: detail.Location, Message: detail.Message})
		}
		if len(p.Errors) > 0 {
			p.Detail += ": " + p.Errors[0].Location + ": " + p.Errors[0].Message
		}
	}
	return p.named(), nil
}

// abort answers with a problem from outside an operation.
func (a *API) abort(c *gin.Context, err error) {
	a.send(c, a.problem(c.Request.Context(), err))
}

func (a *API) send(c *gin.Context, p *Problem) {
	content, err := json.Marshal(p)
	if err != nil {
		c.AbortWithStatus(http.StatusInternalServerError)
		return
	}
	for name, values := range p.GetHeaders() {
		c.Writer.Header()[name] = values
	}
	c.Abort()
	c.Data(p.Status, problemType, content)
}

// problemResponse describes every operation's errors.
func (a *API) problemResponse() *huma.Response {
	schema := a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "Problem")
	return &huma.Response{Description: "A problem", Content: map[string]*huma.MediaType{problemType: {Schema: schema}}}
}
