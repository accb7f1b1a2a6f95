package api

import (
	"context"
	"net/http"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/crosswalk"
)

// TranslateSide is whose codes are meant.
type TranslateSide struct {
	System   string `json:"system" maxLength:"100" doc:"a system, or canonical for the golden records' own codes"`
	Plant    string `json:"plant,omitempty" maxLength:"100" doc:"narrows a system that serves many plants"`
	CodeType string `json:"code_type,omitempty" maxLength:"100" doc:"the system's own where it is left out"`
}

func (s TranslateSide) side() crosswalk.Side {
	return crosswalk.Side{System: domain.SystemID(s.System), Plant: domain.PlantID(s.Plant), CodeType: domain.CodeType(s.CodeType)}
}

// TranslateRequest asks what codes are on the other side.
type TranslateRequest struct {
	From         TranslateSide `json:"from"`
	To           TranslateSide `json:"to"`
	Domain       string        `json:"domain" maxLength:"100"`
	Codes        []string      `json:"codes" minItems:"1" maxItems:"1000"`
	At           string        `json:"at,omitempty" maxLength:"10" doc:"the day asked about; today in the plant's time zone where it is left out"`
	AsKnown      string        `json:"as_known,omitempty" maxLength:"40" doc:"an RFC 3339 instant: the mappings as they were recorded then"`
	Relations    []string      `json:"relations,omitempty" maxItems:"5" doc:"equivalent, source_narrower, source_broader, related; only equivalent where it is left out"`
	RequireBasis string        `json:"require_basis,omitempty" maxLength:"20" doc:"person: mappings that a rule made do not count"`
}

// TranslateAnswer is what one code is on the other side.
type TranslateAnswer struct {
	Code           string `json:"code"`
	Status         string `json:"status" enum:"mapped,unmapped,not_found,ambiguous,suspect,mapping_ended,record_retired,passthrough,fixed,parked"`
	Target         string `json:"target"`
	Relation       string `json:"relation"`
	RecordID       string `json:"record_id"`
	Factor         string `json:"factor" doc:"how many of the unit one of the code is; an exact fraction, empty without a target"`
	Unit           string `json:"unit"`
	ValidFrom      string `json:"valid_from"`
	ValidTo        string `json:"valid_to" doc:"the first day on which the answer no longer holds; empty: none is known"`
	Basis          string `json:"basis"`
	MappingVersion int64  `json:"mapping_version" doc:"the sequence of the last change the answer rests on; compares with /changes"`
}

// Translation is the answers in the order of the codes.
type Translation struct {
	Results []TranslateAnswer `json:"results"`
}

// translateInput is POST /translate.
type translateInput struct{ Body TranslateRequest }

// translateOneInput is GET /translate.
type translateOneInput struct {
	FromSystem   string   `query:"from_system" required:"true" maxLength:"100" doc:"a system, or canonical"`
	FromPlant    string   `query:"from_plant" maxLength:"100"`
	FromCodeType string   `query:"from_code_type" maxLength:"100"`
	ToSystem     string   `query:"to_system" required:"true" maxLength:"100" doc:"a system, or canonical"`
	ToPlant      string   `query:"to_plant" maxLength:"100"`
	ToCodeType   string   `query:"to_code_type" maxLength:"100"`
	Domain       string   `query:"domain" required:"true" maxLength:"100"`
	Code         string   `query:"code" required:"true" maxLength:"500"`
	At           string   `query:"at" maxLength:"10"`
	AsKnown      string   `query:"as_known" maxLength:"40"`
	Relations    []string `query:"relations" maxItems:"5"`
	RequireBasis string   `query:"require_basis" maxLength:"20"`
}

func (a *API) registerTranslate() {
	handle(a, operation(http.MethodPost, "/translate", "translate", "What codes of one system are on another"),
		func(ctx context.Context, in *translateInput) (*body[Translation], error) {
			return a.translate(ctx, in.Body)
		})
	handle(a, operation(http.MethodGet, "/translate", "translate-one", "What one code of a system is on another"),
		func(ctx context.Context, in *translateOneInput) (*body[TranslateAnswer], error) {
			out, err := a.translate(ctx, TranslateRequest{
				From:   TranslateSide{System: in.FromSystem, Plant: in.FromPlant, CodeType: in.FromCodeType},
				To:     TranslateSide{System: in.ToSystem, Plant: in.ToPlant, CodeType: in.ToCodeType},
				Domain: in.Domain, Codes: []string{in.Code}, At: in.At, AsKnown: in.AsKnown, Relations: in.Relations, RequireBasis: in.RequireBasis,
			})
			if err != nil {
				return nil, err
			}
			return bodyOf(out.Body.Results[0]), nil
		})
}

func (a *API) translate(ctx context.Context, in TranslateRequest) (*body[Translation], error) {
	at, err := domain.ParseDate(in.At)
	if err != nil {
		return nil, err
	}
	known, err := parseInstant(in.AsKnown)
	if err != nil {
		return nil, err
	}
	answers, err := a.Crosswalk.Translate(ctx, actorOf(ctx), crosswalk.Question{
		From: in.From.side(), To: in.To.side(), Domain: domain.DomainName(in.Domain), Codes: in.Codes, At: at, Known: known,
		Relations: namesOf[domain.Relation](in.Relations), RequireBasis: domain.Basis(in.RequireBasis),
	})
	if err != nil {
		return nil, err
	}
	return bodyOf(Translation{Results: each(answers, AnswerOf)}), nil
}

// parseInstant reads RFC 3339; "" is no instant.
func parseInstant(raw string) (domain.Instant, error) {
	if raw == "" {
		return 0, nil
	}
	at, err := time.Parse(time.RFC3339Nano, raw)
	if err != nil || at.UnixMicro() <= 0 {
		return 0, domain.Invalid(domain.CodeDateInvalid, "%q is not an instant of the form 2026-11-23T10:00:00Z", raw)
	}
	return domain.InstantOf(at), nil
}

// AnswerOf is an answer as the API gives it.
func AnswerOf(from crosswalk.Answer) TranslateAnswer {
	out := TranslateAnswer{
		Code: from.Code, Status: string(from.Status), Target: string(from.Target), Relation: string(from.Relation),
		RecordID: from.Record.String(), Unit: from.Unit, ValidFrom: string(from.Validity.From), ValidTo: string(from.Validity.To),
		Basis: string(from.Basis), MappingVersion: from.Version,
	}
	if from.Target != "" && !from.Record.IsZero() {
		out.Factor = from.Factor.String()
	}
	return out
}
