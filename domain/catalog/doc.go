// Package catalog holds the built-in Definitions and the use cases on golden records: the first load, configuration, and
// looking records up. It knows no vendor: what a system can do comes to it through ports.
package catalog
