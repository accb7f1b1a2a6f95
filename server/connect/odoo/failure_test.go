package odoo

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
)

// TestAnswers is the table of what Odoo's failures mean for us: the name counts before the status.
func TestAnswers(t *testing.T) {
	t.Parallel()
	named := func(name, message string) string {
		body, _ := json.Marshal(map[string]string{"name": name, "message": message, "debug": "Traceback hush"})
		return string(body)
	}
	const page = "<html>hello</html>"
	tests := map[string]struct {
		status int
		body   string
		code   string // "" means a good answer
		kind   domain.Kind
	}{
		"a good answer":          {200, "[]", "", 0},
		"a wrong key":            {401, named("werkzeug.exceptions.Unauthorized", "Invalid apikey"), domain.CodeSystemDenied, domain.KindUnauthenticated},
		"an unnamed 401":         {401, "{}", domain.CodeSystemDenied, domain.KindUnauthenticated},
		"a missing right":        {403, named("odoo.exceptions.AccessError", "no"), domain.CodeSystemDenied, domain.KindForbidden},
		"an unnamed 403":         {403, "{}", domain.CodeSystemDenied, domain.KindForbidden},
		"an unknown model":       {404, named("werkzeug.exceptions.NotFound", "the model 'x' does not exist"), domain.CodeSystemSchema, domain.KindInvalid},
		"a missing record":       {404, named("odoo.exceptions.MissingError", "gone"), domain.CodeSystemRefused, domain.KindNotFound},
		"no database":            {404, "<p>No database is selected</p>", domain.CodeSystemAnswer, domain.KindInvalid},
		"another program's 404":  {404, page, domain.CodeSystemAnswer, domain.KindInvalid},
		"a locked record":        {409, named("odoo.exceptions.LockError", "locked"), domain.CodeSystemBusy, domain.KindUnavailable},
		"an unnamed 409":         {409, "{}", domain.CodeSystemBusy, domain.KindUnavailable},
		"a body too large":       {413, page, domain.CodeSystemAnswer, domain.KindInvalid},
		"another media type":     {415, page, domain.CodeSystemAnswer, domain.KindInvalid},
		"a business rule":        {422, named("odoo.exceptions.UserError", "no"), domain.CodeSystemRefused, domain.KindInvalid},
		"a constraint":           {422, named("odoo.exceptions.ValidationError", "no"), domain.CodeSystemRefused, domain.KindInvalid},
		"a missing argument":     {422, named("werkzeug.exceptions.UnprocessableEntity", "no"), domain.CodeSystemRefused, domain.KindInvalid},
		"a page for a limit":     {429, page, domain.CodeSystemBusy, domain.KindRateLimited},
		"an unknown field":       {500, named("builtins.ValueError", "Invalid field"), domain.CodeSystemRefused, domain.KindInvalid},
		"a conflict of writes":   {500, named("psycopg2.errors.SerializationFailure", "x"), domain.CodeSystemBusy, domain.KindUnavailable},
		"a lock in a 500":        {500, named("odoo.exceptions.LockError", "x"), domain.CodeSystemBusy, domain.KindUnavailable},
		"something else":         {500, named("some.Error", "x"), domain.CodeSystemAnswer, domain.KindUnavailable},
		"a proxy without Odoo":   {502, page, domain.CodeSystemAnswer, domain.KindUnavailable},
		"a proxy that waited":    {504, page, domain.CodeSystemAnswer, domain.KindUnavailable},
		"a page with status 200": {200, page, domain.CodeSystemAnswer, domain.KindUnavailable},
		"a redirect":             {303, page, domain.CodeSystemAnswer, domain.KindInvalid},
		"JSON that is none":      {500, "{", domain.CodeSystemAnswer, domain.KindUnavailable},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			response := &http.Response{StatusCode: tt.status, Header: http.Header{"Content-Type": {"application/json; charset=utf-8"}, "Retry-After": {"7"}}}
			if strings.HasPrefix(tt.body, "<") {
				response.Header.Set("Content-Type", "text/html")
			}
			err := answerError(response, []byte(tt.body))
			if domain.ErrorCode(err) != tt.code || (err != nil && domain.ErrorKind(err) != tt.kind) {
				t.Errorf("%v (%s), wanted %s", err, domain.ErrorCode(err), tt.code)
			}
			if strings.Contains(fmt.Sprint(err), "hush") {
				t.Errorf("the traceback is repeated: %v", err)
			}
			if wait := domain.OutcomeOf(err).RetryAfter; tt.status == 429 && wait != 7*time.Second {
				t.Errorf("the wish to wait is %v", wait)
			}
		})
	}
}

func TestSentence(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ message, want string }{
		"as it is":                      {"Name is missing", "Name is missing"},
		"lines":                         {"Barcode(s) already assigned:\n\n- \"1\"", `Barcode(s) already assigned: - "1"`},
		"an action with its text":       {"ValueError(\"Wrong value\") while evaluating\n'# guard: secret'", `ValueError("Wrong value")`},
		"a long one, cut at characters": {strings.Repeat("Ä", 400), strings.Repeat("Ä", 300) + "…"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := sentence(tt.message); got != tt.want {
				t.Errorf("%q", got)
			}
		})
	}
}

// TestWeights: what lies beyond Odoo's own decimals is noise, and 0 says nothing.
func TestWeights(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		raw    any
		digits []int
		want   string // "" means absent
		fails  bool
	}{
		"as written":               {json.Number("0.25"), []int{16, 2}, "0.25", false},
		"noise of floating point":  {json.Number("0.30000000000000004"), []int{16, 2}, "0.3", false},
		"a whole number":           {json.Number("12.0"), []int{16, 2}, "12", false},
		"nothing entered":          {json.Number("0.0"), []int{16, 2}, "", false},
		"a field that is not kept": {json.Number("9.87654"), nil, "9.87654", false},
		"a large one":              {json.Number("1e+16"), []int{16, 2}, "10000000000000000", false},
		"something else":           {"heavy", []int{16, 2}, "", true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			value, err := quantityConverter("KGM").read(tt.raw, facts{info: fieldInfo{Digits: tt.digits}})
			got := ""
			if quantity, ok := value.(domain.Quantity); ok {
				got = quantity.Number.String()
			}
			if got != tt.want || (err != nil) != tt.fails {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
}

// TestUnits: every unit we know is known both ways, and no two share a code.
func TestUnits(t *testing.T) {
	t.Parallel()
	names := map[string]string{}
	for name, code := range unitCodes() {
		if names[code] != "" {
			t.Errorf("%s and %s are both %s", names[code], name, code)
		}
		names[code] = name
		sent, err := unitConverter().write(domain.Enum(code), facts{})
		if err != nil || sent != "uom."+name {
			t.Errorf("%s is sent as %v, %v", code, sent, err)
		}
	}
}

// TestEndlessAnswer: an answer beyond the limit is not taken in.
func TestEndlessAnswer(t *testing.T) {
	t.Parallel()
	endless := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		chunk := []byte(strings.Repeat(" ", 1<<20))
		for range maxAnswer>>20 + 1 {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	}))
	t.Cleanup(endless.Close)
	connector, err := New(Options{ReaderKey: "k", System: domain.SourceSystem{Settings: map[string]string{"base_url": endless.URL, "database": "x"}}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = connector.Read(t.Context(), reconcile.ReadRequest{Definition: domain.Definition{Domain: "item"}}, nil)
	if domain.ErrorCode(err) != domain.CodeSystemAnswer || domain.ErrorKind(err) != domain.KindInvalid {
		t.Errorf("%v", err)
	}
}
