package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// idempotencyHeader names a request so that repeating it changes nothing more.
const idempotencyHeader = "Idempotency-Key"

// answersKept is how long a repeated request gets the first answer.
const answersKept = 7 * 24 * time.Hour

// graceOfReservation is how much longer than a request may take its key stays reserved. What has not ended by then was cut off
// with its process, and a repetition is carried out. It may find the work of the first done: operations change nothing
// governed but against the version or state they were asked for, or make a proposal, which a person sees twice at worst.
const graceOfReservation = 30 * time.Second

// maxKeyBytes bounds a key.
const maxKeyBytes = 200

// idempotent gives a repeated POST the answer of the first, when both carry the same key.
func (a *API) idempotent(c *gin.Context) {
	key := c.GetHeader(idempotencyHeader)
	if key == "" || c.Request.Method != http.MethodPost || secretive(c.FullPath()) || largeBody(c.Request) { // a file is known by its content
		return
	}
	if len(key) > maxKeyBytes {
		a.abort(c, domain.Invalid(domain.CodeBodyInvalid, "an %s has at most %d bytes", idempotencyHeader, maxKeyBytes))
		return
	}
	content, err := io.ReadAll(c.Request.Body)
	if err != nil {
		a.abort(c, domain.Invalid(domain.CodeBodyTooLarge, "the body is too large or was cut off"))
		return
	}
	c.Request.Body = io.NopCloser(bytes.NewReader(content))
	request := hashOf(c.Request.Method, c.Request.URL.RequestURI(), string(content))
	ctx, by := c.Request.Context(), actorOf(c.Request.Context()).ID
	held := reservation{by: by, key: "request " + key}
	stored, err := a.begin(ctx, &held, request)
	switch {
	case err != nil:
		a.abort(c, err)
	case stored != nil:
		c.Header("Idempotency-Replayed", "true")
		c.Abort()
		c.Data(stored.Status, contentTypeOf(stored.Status), stored.Body)
	default:
		a.capture(c, held)
	}
}

// secretive says that what is sent to or answered by an operation holds a secret, of which nothing may be kept. Repeating such a
// request changes nothing, or gives another key beside the first, of which there can be two.
func secretive(route string) bool {
	for _, prefix := range []string{sessionPath, base + "/users", base + "/service-identities"} {
		if route == prefix || strings.HasPrefix(route, prefix+"/") {
			return true
		}
	}
	return false
}

// capture lets the request be answered, and keeps the answer unless repeating the request could give a better one.
func (a *API) capture(c *gin.Context, held reservation) {
	captured := &capturingWriter{ResponseWriter: c.Writer}
	c.Writer = captured
	kept := false
	defer func() {
		if !kept { // also when the operation panics
			a.forget(c.Request.Context(), held)
		}
	}()
	c.Next()
	status := captured.Status()
	if status >= http.StatusInternalServerError || status == http.StatusTooManyRequests {
		return
	}
	kept = true
	a.finish(c.Request.Context(), held, status, captured.content.Bytes())
}

func contentTypeOf(status int) string {
	if status >= http.StatusBadRequest {
		return problemType
	}
	return "application/json"
}

func hashOf(parts ...string) string {
	hash := sha256.New()
	for _, part := range parts {
		sum := sha256.Sum256([]byte(part))
		hash.Write(sum[:])
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// reservation is a key of somebody while their request is under way.
type reservation struct {
	by    domain.ActorID
	key   string
	until domain.Instant
}

// begin reserves a key for as long as a request may take. It returns the answer stored for it before; CodeIdempotencyMismatch when that was to another request,
// CodeIdempotencyBusy while there is none yet.
func (a *API) begin(ctx context.Context, held *reservation, request string) (*domain.StoredAnswer, error) {
	var stored *domain.StoredAnswer
	err := a.Store.Operate(ctx, func(ops domain.Ops) (err error) {
		held.until = ops.Now.Add(a.RequestTimeout + graceOfReservation)
		stored, err = ops.Keys.Begin(ctx, held.by, held.key, domain.StoredAnswer{Request: request, ExpiresAt: held.until})
		return err
	})
	switch {
	case err != nil || stored == nil:
		return nil, err
	case stored.Request != request:
		return nil, domain.Invalid(domain.CodeIdempotencyMismatch, "the key was used for another request before")
	case stored.Status == 0:
		return nil, domain.Conflict(domain.CodeIdempotencyBusy, "the first request with this key is still under way, or was cut off: repeat it in a few minutes")
	}
	return stored, nil
}

// finish keeps the answer, though the caller may have gone. Without it a repetition is carried out once the reservation is over.
func (a *API) finish(ctx context.Context, held reservation, status int, content []byte) {
	ctx = context.WithoutCancel(ctx)
	err := a.Store.Operate(ctx, func(ops domain.Ops) error {
		answer := domain.StoredAnswer{Status: status, Body: content, ExpiresAt: ops.Now.Add(answersKept)}
		return ops.Keys.Finish(ctx, held.by, held.key, held.until, answer)
	})
	if err != nil {
		a.Log.WarnContext(ctx, "an answer could not be kept for repetitions", "error", err)
	}
}

func (a *API) forget(ctx context.Context, held reservation) {
	ctx = context.WithoutCancel(ctx)
	err := a.Store.Operate(ctx, func(ops domain.Ops) error { return ops.Keys.Forget(ctx, held.by, held.key, held.until) })
	if err != nil {
		a.Log.WarnContext(ctx, "an idempotency key could not be freed", "error", err)
	}
}

// capturingWriter keeps a copy of what is answered.
type capturingWriter struct {
	gin.ResponseWriter
	content bytes.Buffer
}

// Write writes and keeps.
func (w *capturingWriter) Write(data []byte) (int, error) {
	w.content.Write(data)
	return w.ResponseWriter.Write(data)
}

// WriteString writes and keeps.
func (w *capturingWriter) WriteString(text string) (int, error) {
	w.content.WriteString(text)
	return w.ResponseWriter.WriteString(text)
}
