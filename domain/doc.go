// Package domain holds the nouns of Crosswalk (golden records, code mappings, discrepancies,
// change requests, deliveries), their rules as methods on values, the error kinds and the
// Store ports. It does no I/O: no HTTP, no SQL, no clock, no tags of any storage or wire format.
package domain
