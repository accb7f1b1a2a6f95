// Package crosswalk holds the use cases on code mappings: looking them up, and taking a plant's mapping file in. It knows
// nothing of files: rows come to it as they were read.
package crosswalk
