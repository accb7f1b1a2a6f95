package api

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/telemetry"
)

// What a body may measure.
const (
	maxBodyBytes   = 1 << 20
	maxImportBytes = 100 << 20
)

// requestHeader must stand on every unsafe request: a foreign page cannot set it.
const requestHeader = "X-Crosswalk-Request"

// traced gives the request its trace ID, bounds its time, and counts and logs it when it is answered.
func (a *API) traced(c *gin.Context) {
	id := telemetry.TraceFrom(c.GetHeader("Traceparent"))
	if id == "" {
		id = newTraceID()
	}
	ctx, cancel := context.WithTimeout(telemetry.WithTrace(c.Request.Context(), id), a.RequestTimeout)
	defer cancel()
	c.Request = c.Request.WithContext(ctx)
	c.Header("X-Trace-Id", id)
	started := time.Now()
	c.Next()
	route := c.FullPath()
	if route == "" {
		route = "none"
	}
	took := time.Since(started)
	a.Metrics.ObserveRequest(methodLabel(c.Request.Method), route, c.Writer.Status(), took)
	a.Log.DebugContext(ctx, "request", "method", c.Request.Method, "route", route, "status", c.Writer.Status(), "took", took)
}

// methodLabel keeps methods somebody made up out of the metrics.
func methodLabel(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	default:
		return "other"
	}
}

func newTraceID() string {
	raw := make([]byte, 16)
	_, _ = rand.Read(raw)
	return hex.EncodeToString(raw)
}

// recovered answers a panic like any other internal error.
func (a *API) recovered(c *gin.Context) {
	defer func() {
		cause := recover()
		if cause == nil {
			return
		}
		if c.Writer.Written() {
			a.Log.ErrorContext(c.Request.Context(), "a request failed in mid-answer", "error", cause)
			c.Abort()
			return
		}
		a.abort(c, fmt.Errorf("panic: %v\n%s", cause, debug.Stack()))
	}()
	c.Next()
}

// protected sets the security headers and refuses changes that another site's page asked for.
func (a *API) protected(c *gin.Context) {
	header := c.Writer.Header()
	header.Set("Content-Security-Policy", "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "+
		"frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Frame-Options", "DENY")
	header.Set("Referrer-Policy", "same-origin")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	if a.secure(c.Request) {
		header.Set("Strict-Transport-Security", "max-age=31536000")
	}
	if isAPI(c.Request.URL.Path) {
		header.Set("Cache-Control", "no-store")
	}
	if safe(c.Request.Method) {
		return
	}
	// No page of another site can add a key to a request, and with a key the cookie is not looked at; but nobody signs in by one.
	_, keyed := bearer(c.Request)
	named := c.GetHeader(requestHeader) != "" || (keyed && c.Request.URL.Path != sessionPath)
	if a.cross.Check(c.Request) != nil || !named {
		a.abort(c, domain.Forbidden(domain.CodeCSRF, "changes are taken from Crosswalk's own pages and from clients that send the header %s: 1", requestHeader))
	}
}

// secure says that the browser came over TLS.
func (a *API) secure(r *http.Request) bool { return r.TLS != nil || a.HTTPS }

func safe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// isAPI says that a path belongs to the API, where every answer is JSON.
func isAPI(path string) bool { return path == "/api" || strings.HasPrefix(path, "/api/") }

// limited bounds how much of a body is read.
func (a *API) limited(c *gin.Context) {
	limit := int64(maxBodyBytes)
	if largeBody(c.Request) {
		limit = maxImportBytes + 1 // one more, so that the reader of the file can say what is wrong in its own words
	}
	if c.Request.ContentLength > limit {
		a.abort(c, domain.Invalid(domain.CodeBodyTooLarge, "the body is larger than %d MB", limit>>20)) // before any of it is read
		return
	}
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, limit)
}
