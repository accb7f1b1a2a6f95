// Package bench measures Crosswalk: how fast and in how much memory, beside a baseline of the same run, and whether what came out is right. It holds no rules.
package bench
