// Package demo runs the demo company: a sandbox Odoo and three plants' systems with planted faults, Crosswalk itself,
// and personas who act through its public API just as people would. It is also Crosswalk's own acceptance test: Check walks the
// whole loop and compares what was found with what was planted, which Crosswalk never sees.
package demo
