// Package crosswalk holds the use cases on code mappings: looking them up, proposing them one by one, and the codes that nobody has
// mapped. It knows nothing of files.
package crosswalk
