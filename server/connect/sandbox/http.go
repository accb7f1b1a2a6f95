package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
)

// maxBody bounds a call.
const maxBody = 16 << 20

// call is one call as it came.
type call struct {
	role   Role
	model  string
	method string
	args   map[string]any
}

// ServeHTTP answers GET /web/version and POST /json/2/{model}/{method}.
func (o *Odoo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/web/version" {
		answerJSON(w, http.StatusOK, map[string]any{"version": "19.0", "version_info": []any{19, 0, 0, "final", 0, ""}})
		return
	}
	c, refuse := o.parse(r)
	if refuse != nil {
		refuse(w)
		return
	}
	o.mu.Lock()
	fault := o.due(c.model, c.method)
	o.mu.Unlock()
	if fault != nil && fault.strike(w, r) {
		return
	}
	o.serve(w, c, fault)
}

// parse reads a call, or returns how it is refused.
func (o *Odoo) parse(r *http.Request) (call, func(http.ResponseWriter)) {
	refusal := func(status int, name, message string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) { answerFailure(w, &failure{status, name, message}) }
	}
	if database := r.Header.Get("X-Odoo-Database"); database != "" && database != o.database {
		return call{}, func(w http.ResponseWriter) {
			answerPage(w, http.StatusNotFound, "<!DOCTYPE html>\n<title>404 Not Found</title>\n<p>No database is selected and the requested URL was not found in the server-wide controllers.</p>\n")
		}
	}
	path, found := strings.CutPrefix(r.URL.Path, "/json/2/")
	model, method, whole := strings.Cut(path, "/")
	if !found || !whole || r.Method != http.MethodPost {
		return call{}, refusal(http.StatusNotFound, "werkzeug.exceptions.NotFound", "Did you mean POST /json/2/<model>/<method>?")
	}
	if mediaType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); mediaType != "application/json" {
		return call{}, func(w http.ResponseWriter) {
			answerPage(w, http.StatusUnsupportedMediaType, "<!doctype html>\n<title>415 Unsupported Media Type</title>\n")
		}
	}
	scheme, key, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	role, known := o.keys[key]
	if !strings.EqualFold(scheme, "bearer") || !known {
		return call{}, refusal(http.StatusUnauthorized, "werkzeug.exceptions.Unauthorized", "Invalid apikey")
	}
	args := map[string]any{}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if err != nil || decoder.Decode(&args) != nil {
		return call{}, refusal(http.StatusBadRequest, "werkzeug.exceptions.BadRequest", "could not parse the body as json")
	}
	return call{role: role, model: model, method: method, args: args}, nil
}

// serve makes the call and answers, as the fault has it.
func (o *Odoo) serve(w http.ResponseWriter, c call, fault *Fault) {
	o.mu.Lock()
	var answer any
	var err error
	if fault != nil && fault.Kind == FaultLoadConflict && c.method == "load" {
		answer = loadFailure("could not serialize access due to concurrent update")
	} else {
		answer, err = o.execute(c)
	}
	o.mu.Unlock()
	var told *failure
	switch {
	case errors.As(err, &told):
		answerFailure(w, told)
		return
	case err != nil:
		answerFailure(w, &failure{http.StatusInternalServerError, "builtins.RuntimeError", err.Error()})
		return
	}
	if fault == nil {
		answerJSON(w, http.StatusOK, answer)
		return
	}
	body, _ := json.Marshal(fault.spoil(answer))
	switch fault.Kind {
	case FaultCommitThenCut:
		panic(http.ErrAbortHandler)
	case FaultCut:
		cut(w, body)
	default:
		answerBody(w, http.StatusOK, body)
	}
}

// cut sends half of an answer and closes the connection.
func cut(w http.ResponseWriter, body []byte) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, _ = w.Write(body[:len(body)/2])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

func answerJSON(w http.ResponseWriter, status int, answer any) {
	body, _ := json.Marshal(answer)
	answerBody(w, status, body)
}

func answerBody(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// answerFailure answers as Odoo does, with a traceback that nobody should see.
func answerFailure(w http.ResponseWriter, f *failure) {
	if f.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer ")
	}
	answerJSON(w, f.status, map[string]any{
		"name": f.name, "message": f.message, "arguments": []any{f.message}, "context": map[string]any{},
		"debug": "Traceback (most recent call last):\n  File \"odoo/http.py\", line 1, in secret_internals\n",
	})
}

func answerPage(w http.ResponseWriter, status int, page string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, page)
}
