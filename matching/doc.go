// Package matching finds which records mean the same thing and says why: it normalises values, proposes candidates from an
// in-memory index, weighs the evidence of each pair, learns from verdicts and groups what belongs together. It is pure and
// deterministic: the same records give the same answer in any order, it reads no clock, no file and no database, and it
// never decides anything: a score is a proposal. It is the only user of matchr, for phonetic keys and as a test's oracle.
package matching
