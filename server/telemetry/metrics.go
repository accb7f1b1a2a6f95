package telemetry

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// scrapeTimeout bounds how long a scrape may ask the database for its gauges.
const scrapeTimeout = 3 * time.Second

// Metrics are one Crosswalk's figures in a registry of its own.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	jobs     *prometheus.CounterVec
}

// NewMetrics returns metrics that know the process, the Go runtime and the given version.
func NewMetrics(version string) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "crosswalk_http_request_seconds", Help: "Time to answer HTTP requests, by route template.",
			Buckets: []float64{.002, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 15},
		}, []string{"method", "route", "status"}),
		jobs: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "crosswalk_job_turns_total", Help: "Turns of the background jobs that did something, by how they ended.",
		}, []string{"job", "result"}),
	}
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "crosswalk_build_info", Help: "1, with the version as label."}, []string{"version"})
	build.WithLabelValues(version).Set(1)
	m.registry.MustRegister(m.requests, m.jobs, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// ObserveRequest counts one answered request. The route is a template: a path with IDs would make a series of each.
func (m *Metrics) ObserveRequest(method, route string, status int, took time.Duration) {
	m.requests.WithLabelValues(method, route, strconv.Itoa(status)).Observe(took.Seconds())
}

// ObserveJob counts one turn of a background job.
func (m *Metrics) ObserveJob(job string, err error) {
	result := "done"
	if err != nil {
		result = "failed"
	}
	m.jobs.WithLabelValues(job, result).Inc()
}

// DeliveryCount is how many deliveries of one system are in one state.
type DeliveryCount struct {
	System, State string
	Count         int
}

// CountDeliveries makes count be asked at every scrape; when it fails, the gauge is left out of that scrape.
func (m *Metrics) CountDeliveries(count func(context.Context) ([]DeliveryCount, error)) {
	m.registry.MustRegister(&deliveryGauge{count: count, desc: prometheus.NewDesc(
		"crosswalk_deliveries", "Deliveries by system and state.", []string{"system", "state"}, nil)})
}

// IndexFigures are those of one domain's match index.
type IndexFigures struct {
	Domain       string
	Records      int
	Age          time.Duration
	BuildSeconds float64
}

// FollowIndexes makes figures be asked at every scrape.
func (m *Metrics) FollowIndexes(figures func() []IndexFigures) {
	label := []string{"domain"}
	m.registry.MustRegister(&indexGauge{
		figures: figures,
		records: prometheus.NewDesc("crosswalk_match_index_records", "Golden records that can be looked up.", label, nil),
		age:     prometheus.NewDesc("crosswalk_match_index_age_seconds", "How long ago the match index was known to have all that was stored.", label, nil),
		build:   prometheus.NewDesc("crosswalk_match_index_build_seconds", "How long it took to build the match index.", label, nil),
	})
}

// indexGauge asks for its values when it is scraped.
type indexGauge struct {
	figures             func() []IndexFigures
	records, age, build *prometheus.Desc
}

// Describe names the gauges.
func (g *indexGauge) Describe(out chan<- *prometheus.Desc) {
	out <- g.records
	out <- g.age
	out <- g.build
}

// Collect asks for the figures.
func (g *indexGauge) Collect(out chan<- prometheus.Metric) {
	for _, f := range g.figures() {
		out <- prometheus.MustNewConstMetric(g.records, prometheus.GaugeValue, float64(f.Records), f.Domain)
		out <- prometheus.MustNewConstMetric(g.age, prometheus.GaugeValue, f.Age.Seconds(), f.Domain)
		out <- prometheus.MustNewConstMetric(g.build, prometheus.GaugeValue, f.BuildSeconds, f.Domain)
	}
}

// Handler serves the metrics in the format of Prometheus.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// deliveryGauge asks for its values when it is scraped.
type deliveryGauge struct {
	count func(context.Context) ([]DeliveryCount, error)
	desc  *prometheus.Desc
}

// Describe names the gauge.
func (g *deliveryGauge) Describe(out chan<- *prometheus.Desc) { out <- g.desc }

// Collect asks for the counts.
func (g *deliveryGauge) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	counts, err := g.count(ctx)
	if err != nil {
		return
	}
	for _, c := range counts {
		out <- prometheus.MustNewConstMetric(g.desc, prometheus.GaugeValue, float64(c.Count), c.System, c.State)
	}
}
