// Package telemetry is what Crosswalk tells those who run it: structured logs that carry the request's trace ID, and metrics.
// It keeps nothing global, so that two Crosswalks can run in one process, and it never labels a metric with a code or an ID.
package telemetry

import (
	"context"
	"io"
	"log/slog"
	"strings"
)

// traceKey is where a context carries its trace ID.
type traceKey struct{}

// WithTrace returns ctx carrying the ID under which everything that one request causes is logged.
func WithTrace(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, traceKey{}, id)
}

// TraceID returns the ID that ctx carries, "" when it carries none.
func TraceID(ctx context.Context) string {
	id, _ := ctx.Value(traceKey{}).(string)
	return id
}

// TraceFrom takes the trace ID out of a W3C traceparent header, so that logs join those of whoever called us; "" when the
// header is none.
func TraceFrom(traceparent string) string {
	parts := strings.Split(traceparent, "-")
	if len(parts) < 4 || len(parts[1]) != 32 || strings.Trim(parts[1], "0123456789abcdef") != "" || strings.Trim(parts[1], "0") == "" {
		return ""
	}
	return parts[1]
}

// NewLogger writes to w in the given format ("json", else text) from the given level on; an unknown level is info.
func NewLogger(w io.Writer, level, format string) *slog.Logger {
	var least slog.Level
	if err := least.UnmarshalText([]byte(level)); err != nil {
		least = slog.LevelInfo
	}
	options := &slog.HandlerOptions{Level: least}
	if format == "json" {
		return slog.New(tracing{slog.NewJSONHandler(w, options)})
	}
	return slog.New(tracing{slog.NewTextHandler(w, options)})
}

// tracing adds the context's trace ID to every record.
type tracing struct{ slog.Handler }

// Handle adds the trace ID and passes the record on.
func (h tracing) Handle(ctx context.Context, record slog.Record) error {
	if id := TraceID(ctx); id != "" {
		record = record.Clone()
		record.AddAttrs(slog.String("trace_id", id))
	}
	return h.Handler.Handle(ctx, record)
}

// WithAttrs keeps the tracing around the handler with attributes.
func (h tracing) WithAttrs(attrs []slog.Attr) slog.Handler {
	return tracing{h.Handler.WithAttrs(attrs)}
}

// WithGroup keeps the tracing around the handler with a group.
func (h tracing) WithGroup(name string) slog.Handler { return tracing{h.Handler.WithGroup(name)} }
