package matching

import "github.com/antzucaro/matchr"

// phonetic returns how a name sounds, "" for what has no ASCII letters or holds digits: matchr's keys drop digits and
// letters beyond ASCII, and an empty key would make all such names alike.
func phonetic(folded string) string {
	if len(folded) < 3 || len(folded) > 40 || hasDigit(folded) || !isASCII(folded) {
		return ""
	}
	key, _ := matchr.DoubleMetaphone(folded)
	if len(key) < 2 {
		return ""
	}
	return key
}
