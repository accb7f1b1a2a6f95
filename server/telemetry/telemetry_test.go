package telemetry_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/crosswalk-mdm/crosswalk/server/telemetry"
)

func TestLoggerAddsTheTraceID(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := telemetry.NewLogger(&out, "warn", "json").With("a", 1)
	ctx := telemetry.WithTrace(context.Background(), "trace-1")
	log.InfoContext(ctx, "too quiet")
	log.WarnContext(ctx, "heard")
	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatalf("%v in %s", err, &out)
	}
	if line["msg"] != "heard" || line["trace_id"] != "trace-1" || line["a"] != 1.0 {
		t.Errorf("logged %v", line)
	}
}

func TestTraceFrom(t *testing.T) {
	t.Parallel()
	const id = "4bf92f3577b34da6a3ce929d0e0e4736"
	tests := map[string]struct{ header, want string }{
		"a W3C header":      {"00-" + id + "-00f067aa0ba902b7-01", id},
		"nothing":           {"", ""},
		"all zeros":         {"00-" + strings.Repeat("0", 32) + "-00f067aa0ba902b7-01", ""},
		"something planted": {"00-" + strings.Repeat("\n", 32) + "-00f067aa0ba902b7-01", ""},
		"cut short":         {"00-" + id, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := telemetry.TraceFrom(tt.header); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func scrape(t *testing.T, m *telemetry.Metrics) string {
	t.Helper()
	answer := httptest.NewRecorder()
	m.Handler().ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), "GET", "/metrics", nil))
	return answer.Body.String()
}

func TestMetricsAreScraped(t *testing.T) {
	t.Parallel()
	m := telemetry.NewMetrics("1.2.3")
	m.ObserveRequest("GET", "/api/v1/runs/{id}", 200, 3*time.Millisecond)
	m.ObserveJob("deliveries", errors.New("no"))
	m.CountDeliveries(func(context.Context) ([]telemetry.DeliveryCount, error) {
		return []telemetry.DeliveryCount{{System: "odoo-main", State: "pending", Count: 3}}, nil
	})
	got := scrape(t, m)
	for _, want := range []string{
		`crosswalk_build_info{version="1.2.3"} 1`,
		`crosswalk_http_request_seconds_count{method="GET",route="/api/v1/runs/{id}",status="200"} 1`,
		`crosswalk_job_turns_total{job="deliveries",result="failed"} 1`,
		`crosswalk_deliveries{state="pending",system="odoo-main"} 3`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is missing", want)
		}
	}
}

func TestAScrapeSurvivesABrokenDatabase(t *testing.T) {
	t.Parallel()
	m := telemetry.NewMetrics("1.2.3")
	m.CountDeliveries(func(context.Context) ([]telemetry.DeliveryCount, error) { return nil, errors.New("down") })
	if got := scrape(t, m); !strings.Contains(got, "crosswalk_build_info") || strings.Contains(got, "crosswalk_deliveries") {
		t.Errorf("scraped %s", got)
	}
}
