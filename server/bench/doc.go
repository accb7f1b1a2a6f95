// Package bench measures what Crosswalk promises, on files and on generated records: the answer's quality stands beside the
// time it took, in one line of JSON. It decides nothing and nothing else imports it but the command line.
package bench
