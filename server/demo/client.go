package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"
)

// Persona is one person who acts through the public API.
type Persona struct {
	Login, Password, Role string
	base                  string
	http                  *http.Client
}

// apiError is a problem the API answered with.
type apiError struct {
	Status int
	Code   string `json:"code"`
	Detail string `json:"detail"`
	call   string
}

func (e *apiError) Error() string {
	return fmt.Sprintf("%s: %d %s: %s", e.call, e.Status, e.Code, e.Detail)
}

// signIn opens a session that lasts as long as the persona.
func (p *Persona) signIn(ctx context.Context, base string) error {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	p.base, p.http = strings.TrimSuffix(base, "/"), &http.Client{Jar: jar, Timeout: time.Minute}
	return p.post(ctx, "/session", map[string]string{"login": p.Login, "password": p.Password}, nil)
}

func (p *Persona) get(ctx context.Context, path string, into any) error {
	return p.call(ctx, http.MethodGet, path, nil, "", into)
}

func (p *Persona) post(ctx context.Context, path string, body, into any) error {
	return p.sendJSON(ctx, http.MethodPost, path, body, "", into)
}

// put sends a change of something that was looked at in the given version.
func (p *Persona) put(ctx context.Context, path string, version int, body, into any) error {
	return p.sendJSON(ctx, http.MethodPut, path, body, fmt.Sprintf(`"%d"`, version), into)
}

func (p *Persona) sendJSON(ctx context.Context, method, path string, body any, ifMatch string, into any) error {
	if body == nil {
		return p.call(ctx, method, path, nil, ifMatch, into)
	}
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	return p.call(ctx, method, path, &payload{"application/json", data}, ifMatch, into)
}

// upload posts a CSV file.
func (p *Persona) upload(ctx context.Context, query url.Values, csv []byte, into any) error {
	return p.call(ctx, http.MethodPost, "/imports?"+query.Encode(), &payload{"text/csv", csv}, "", into)
}

type payload struct {
	contentType string
	data        []byte
}

// maxAnswer bounds what is read of one answer, in bytes.
const maxAnswer = 64 << 20

func (p *Persona) call(ctx context.Context, method, path string, body *payload, ifMatch string, into any) error {
	var reader io.Reader
	if body != nil {
		reader = bytes.NewReader(body.data)
	}
	request, err := http.NewRequestWithContext(ctx, method, p.base+"/api/v1"+path, reader)
	if err != nil {
		return err
	}
	request.Header.Set("X-Crosswalk-Request", "1")
	if body != nil {
		request.Header.Set("Content-Type", body.contentType)
	}
	if ifMatch != "" {
		request.Header.Set("If-Match", ifMatch)
	}
	response, err := p.http.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	data, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return err
	}
	if response.StatusCode >= 300 {
		problem := &apiError{Status: response.StatusCode, call: p.Login + " " + method + " " + path}
		_ = json.Unmarshal(data, problem) // an answer that is no problem document is told by its status alone
		return problem
	}
	if into == nil || len(data) == 0 {
		return nil
	}
	return json.Unmarshal(data, into)
}

// list reads a list to its end.
func list[T any](ctx context.Context, p *Persona, path string) ([]T, error) {
	joint := "?"
	if strings.Contains(path, "?") {
		joint = "&"
	}
	var all []T
	for after := ""; ; {
		var page struct {
			Items []T    `json:"items"`
			Next  string `json:"next"`
		}
		if err := p.get(ctx, path+joint+"limit=200&after="+url.QueryEscape(after), &page); err != nil {
			return nil, err
		}
		all = append(all, page.Items...)
		if after = page.Next; after == "" {
			return all, nil
		}
	}
}
