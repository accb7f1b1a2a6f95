package demo

import "encoding/json"

// The parts of the API's answers that personas look at.

type requestAnswer struct {
	ID        string `json:"id"`
	State     string `json:"state"`
	Title     string `json:"title"`
	ClosedWhy string `json:"closed_why"`
	Version   int    `json:"version"`
}

type runAnswer struct {
	ID      string `json:"id"`
	State   string `json:"state"`
	Message string `json:"message"`
	Counts  struct {
		Read        int `json:"read"`
		Quarantined int `json:"quarantined"`
		Raised      int `json:"raised"`
		Verified    int `json:"verified"`
		Bounced     int `json:"bounced"`
	} `json:"counts"`
}

type rowAnswer struct {
	ID        string `json:"id"`
	Version   int    `json:"version"`
	State     string `json:"state"`
	Class     string `json:"class"`
	Domain    string `json:"domain"`
	System    string `json:"system"`
	Attribute string `json:"attribute"`
	RecordID  string `json:"record_id"`
	Code      string `json:"code"`
	Label     string `json:"label"`
}

type deliveryAnswer struct {
	ID            string                     `json:"id"`
	System        string                     `json:"system"`
	RecordID      string                     `json:"record_id"`
	Kind          string                     `json:"kind"`
	Code          string                     `json:"code"`
	State         string                     `json:"state"`
	Set           map[string]json.RawMessage `json:"set"`
	Label         string                     `json:"label"`
	Problem       string                     `json:"problem"`
	DiscrepancyID string                     `json:"discrepancy_id"`
	ApprovedBy    string                     `json:"approved_by"`
}

type recordAnswer struct {
	ID       string          `json:"id"`
	Code     string          `json:"code"`
	Mappings []mappingAnswer `json:"mappings"`
}

type mappingAnswer struct {
	System string `json:"system"`
	Code   string `json:"code"`
	State  string `json:"state"`
}

type matchStateAnswer struct {
	Running   bool   `json:"running"`
	Requested bool   `json:"requested"`
	Failed    string `json:"failed"`
}

type candidateAnswer struct {
	Left        pairSideAnswer `json:"left"`
	Right       pairSideAnswer `json:"right"`
	Probability float64        `json:"probability"`
}

type pairSideAnswer struct {
	Side string `json:"side"`
	Code string `json:"code"`
}
