package sandbox

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// maxArticles is how many articles the warehouse system gives at once, whatever is asked for.
const maxArticles = 60

// Article is one article as the warehouse system shows it. WeightKg is exact: nil where nobody has weighed it.
type Article struct {
	No       string       `json:"no"`
	Title    string       `json:"title"`
	Unit     string       `json:"unit"`
	WeightKg *json.Number `json:"weight_kg"`
	EAN      *string      `json:"ean"`
	Tracking string       `json:"tracking"`
	Status   string       `json:"status"`
}

// WMS is a warehouse system with a list of articles behind a bearer token. It is safe for concurrent use.
//
// GET /api/v1/articles takes offset and limit, and answers {"data": {"items": […]}, "meta": {"total": n, "has_more": bool}}.
// GET /api/v2/articles takes cursor and limit, and answers {"items": […], "total": n, "next_cursor": text or null, "next": link or
// null}.
type WMS struct {
	token string

	mu       sync.Mutex
	articles []Article
	faults   []*Fault
}

// NewWMS returns an empty warehouse system that serves whoever has the token.
func NewWMS(token string) *WMS { return &WMS{token: token} }

// Keep replaces all articles.
func (s *WMS) Keep(articles []Article) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.articles = slices.Clone(articles)
}

// Break makes the next calls go wrong.
func (s *WMS) Break(fault Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &fault)
}

// Repair ends all faults.
func (s *WMS) Repair() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// ServeHTTP answers the two lists of articles.
func (s *WMS) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	var fault *Fault
	fault, s.faults = due(s.faults, func(*Fault) bool { return true })
	articles := s.articles
	s.mu.Unlock()
	if fault == nil {
		fault = &Fault{}
	}
	switch {
	case r.Header.Get("Authorization") != "Bearer "+s.token:
		w.Header().Set("WWW-Authenticate", "Bearer")
		answerJSON(w, http.StatusUnauthorized, map[string]string{"error": "invalid_token"})
		return
	case fault.strike(w, r):
		return
	case r.Method != http.MethodGet:
		answerJSON(w, http.StatusMethodNotAllowed, map[string]string{"error": "read_only"})
		return
	}
	var answer map[string]any
	switch r.URL.Path {
	case "/api/v1/articles":
		answer = byOffset(articles, r, *fault)
	case "/api/v2/articles":
		answer = byCursor(articles, r, *fault)
	default:
		answerJSON(w, http.StatusNotFound, map[string]string{"error": "not_found"})
		return
	}
	body, _ := json.Marshal(answer)
	if fault.Kind == FaultCut {
		cut(w, body)
	}
	answerBody(w, http.StatusOK, body)
}

// byOffset is the older list's page.
func byOffset(articles []Article, r *http.Request, fault Fault) map[string]any {
	from, to := window(len(articles), r, "offset", fault)
	return map[string]any{
		"data": map[string]any{"items": shown(articles[from:to], fault)},
		"meta": map[string]any{"total": counted(articles, fault), "has_more": to < len(articles)},
	}
}

// cursorPrefix begins a cursor, which nobody is to take for a number.
const cursorPrefix = "after-"

// byCursor is the newer list's page.
func byCursor(articles []Article, r *http.Request, fault Fault) map[string]any {
	from, to := window(len(articles), r, "cursor", fault)
	answer := map[string]any{"items": shown(articles[from:to], fault), "total": counted(articles, fault), "next_cursor": nil, "next": nil}
	if to < len(articles) {
		cursor := cursorPrefix + strconv.Itoa(to)
		answer["next_cursor"], answer["next"] = cursor, "/api/v2/articles?limit="+strconv.Itoa(to-from)+"&cursor="+cursor
	}
	return answer
}

// window is the part of the list that is asked for.
func window(count int, r *http.Request, parameter string, fault Fault) (from, to int) {
	query := r.URL.Query()
	if fault.Kind != FaultLoop {
		from, _ = strconv.Atoi(strings.TrimPrefix(query.Get(parameter), cursorPrefix))
	}
	from = min(max(from, 0), count)
	limit, err := strconv.Atoi(query.Get("limit"))
	if err != nil || limit < 1 || limit > maxArticles {
		limit = maxArticles
	}
	return from, min(from+limit, count)
}

func counted(articles []Article, fault Fault) int {
	if fault.Kind == FaultTotal {
		return len(articles) + 1
	}
	return len(articles)
}

// shown are articles without the field that an upgrade removed.
func shown(articles []Article, fault Fault) any {
	if fault.Kind != FaultFieldGone {
		return articles
	}
	var all []map[string]any
	text, _ := json.Marshal(articles)
	_ = json.Unmarshal(text, &all)
	for _, article := range all {
		delete(article, fault.Field)
	}
	return all
}
