// Package match puts matching to use under governance: it evaluates what may be the same thing and keeps the proposals, takes
// people's verdicts, looks a new thing up before it is created, and keeps the versions of the rules with what has been measured
// of them. It never changes a golden record or a mapping itself: what comes of a verdict is a change request.
package match
