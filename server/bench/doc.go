// Package bench measures Crosswalk: how fast and in how much memory, beside a baseline of the same run, and whether what came out
// is right: runs, pages of a queue, and how well records that mean the same thing are found. It holds no rules.
package bench
