package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/config"
)

// The bounds of a call to a server.
const (
	remoteTimeout  = 3 * time.Minute
	maxAnswerBytes = 16 << 20
)

// remote does the work of commands through a running server, as whoever signed in.
type remote struct {
	base   string
	client *http.Client
}

// signIn opens a session at the server that was named.
func (p *program) signIn(ctx context.Context, c *call) (*remote, error) {
	if c.login == "" || c.passwordFile == "" {
		return nil, usageError{"with --server, say who signs in: --login NAME --password-file FILE"}
	}
	password, err := config.Secrets{Env: p.env}.Resolve("file:" + c.passwordFile)
	if err != nil {
		return nil, err
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	r := &remote{base: strings.TrimRight(c.server, "/") + "/api/v1", client: &http.Client{Jar: jar, Timeout: remoteTimeout}}
	content, err := json.Marshal(map[string]string{"login": c.login, "password": password})
	if err != nil {
		return nil, err
	}
	return r, r.call(ctx, http.MethodPost, "/session", "application/json", content, nil)
}

func (r *remote) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return r.call(ctx, http.MethodDelete, "/session", "", nil, nil)
}

// call sends one request and reads its answer into out; a problem comes back as its error.
func (r *remote) call(ctx context.Context, method, path, contentType string, content []byte, out any) error {
	return r.send(ctx, method, path, contentType, bytes.NewReader(content), out)
}

// send is call for a body that is read as it is sent.
func (r *remote) send(ctx context.Context, method, path, contentType string, content io.Reader, out any) error {
	request, err := http.NewRequestWithContext(ctx, method, r.base+path, content)
	if err != nil {
		return usageError{"--server should be an address such as https://crosswalk.example.com"}
	}
	request.Header.Set("X-Crosswalk-Request", "1")
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	response, err := r.client.Do(request)
	if err != nil {
		return domain.Unavailable(err, domain.CodeSystemUnreachable, "the server at %s cannot be reached", strings.TrimSuffix(r.base, "/api/v1"))
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxAnswerBytes))
	if err != nil {
		return errors.New("the server's answer was cut off")
	}
	if response.StatusCode >= http.StatusMultipleChoices {
		return problemOf(response.StatusCode, answer)
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return errors.New("the server's answer is none of Crosswalk's")
	}
	return nil
}

func problemOf(status int, answer []byte) error {
	var problem struct{ Code, Detail string }
	if err := json.Unmarshal(answer, &problem); err != nil || problem.Detail == "" {
		return fmt.Errorf("the server answered with status %d", status)
	}
	return domain.Invalid(problem.Code, "%s", problem.Detail)
}

func (r *remote) apply(ctx context.Context, file configurationFile) (proposal, error) {
	var made proposal
	return made, r.call(ctx, http.MethodPost, "/configurations", "application/json", file.content, &made)
}

func (r *remote) configuration(ctx context.Context) (json.RawMessage, error) {
	var all json.RawMessage
	return all, r.call(ctx, http.MethodGet, "/configurations", "", nil, &all)
}

func (r *remote) upload(ctx context.Context, c *call, file *os.File) (importState, error) {
	query := url.Values{"kind": {c.kind}, "system": {c.system}, "domain": {c.domain}, "file_name": {filepath.Base(c.args[0])}}
	if c.plant != "" {
		query.Set("plant", c.plant)
	}
	var made importState
	return made, r.send(ctx, http.MethodPost, "/imports?"+query.Encode(), "application/octet-stream", file, &made)
}

func (r *remote) imported(ctx context.Context, id string) (importState, error) {
	var found importState
	return found, r.call(ctx, http.MethodGet, "/imports/"+url.PathEscape(id), "", nil, &found)
}

func (r *remote) submit(ctx context.Context, c *call, id string) error {
	said, err := json.Marshal(map[string]any{"reason": c.reason, "strict": c.strict})
	if err != nil {
		return err
	}
	return r.call(ctx, http.MethodPost, "/imports/"+url.PathEscape(id)+"/submission", "application/json", said, nil)
}

func (r *remote) proposed(ctx context.Context, id string) (proposal, error) {
	var found proposal
	return found, r.call(ctx, http.MethodGet, "/change-requests/"+url.PathEscape(id), "", nil, &found)
}

// remoteRun is a run as the API tells it.
type remoteRun struct {
	ID      string `json:"id"`
	State   string `json:"state"`
	Message string `json:"message"`
	Counts  struct {
		Read        int `json:"read"`
		Raised      int `json:"raised"`
		Verified    int `json:"verified"`
		Quarantined int `json:"quarantined"`
	} `json:"counts"`
}

func (r remoteRun) state() runState {
	return runState{
		ID: r.ID, State: r.State, Message: r.Message, Read: r.Counts.Read, Raised: r.Counts.Raised,
		Verified: r.Counts.Verified, Quarantined: r.Counts.Quarantined,
	}
}

func (r *remote) reconcile(ctx context.Context, c *call) (runState, error) {
	content, err := json.Marshal(map[string]string{"plan": c.args[0], "mode": c.mode})
	if err != nil {
		return runState{}, err
	}
	var run remoteRun
	if err := r.call(ctx, http.MethodPost, "/runs", "application/json", content, &run); err != nil || !c.wait {
		return run.state(), err
	}
	for run.State == string(domain.RunQueued) || run.State == string(domain.RunReading) || run.State == string(domain.RunComparing) {
		if err := pause(ctx); err != nil {
			return run.state(), err
		}
		if err := r.call(ctx, http.MethodGet, "/runs/"+url.PathEscape(run.ID), "", nil, &run); err != nil {
			return run.state(), err
		}
	}
	return run.state(), nil
}

func (r *remote) check(ctx context.Context, system string) (systemCheck, error) {
	var found systemCheck
	return found, r.call(ctx, http.MethodPost, "/systems/"+url.PathEscape(system)+"/check", "", nil, &found)
}

func (r *remote) systems(ctx context.Context) ([]string, error) {
	var list struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	err := r.call(ctx, http.MethodGet, "/systems", "", nil, &list)
	var ids []string
	for _, system := range list.Items {
		ids = append(ids, system.ID)
	}
	return ids, err
}
