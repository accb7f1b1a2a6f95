package access

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// keyPrefix tells people, and scanners of leaked secrets, what such a text is.
const keyPrefix = "xw_"

// keyIDBytes are the random bytes of a key's ID, which is no secret.
const keyIDBytes = 10

// newKey makes a key: its ID, and the whole text that the service holds.
func newKey() (id, secret string) {
	raw := make([]byte, keyIDBytes+tokenBytes)
	_, _ = rand.Read(raw)
	id = strings.ToLower(base32.StdEncoding.EncodeToString(raw[:keyIDBytes]))
	return id, keyPrefix + id + "_" + base64.RawURLEncoding.EncodeToString(raw[keyIDBytes:])
}

// keyID returns the ID of a text that has the form of a key; "" for any other, of which nothing may be logged.
func keyID(secret string) string {
	id, rest, _ := strings.Cut(strings.TrimPrefix(secret, keyPrefix), "_")
	if ok, _ := regexp.MatchString(`^[a-z2-7]{16}$`, id); !ok || !strings.HasPrefix(secret, keyPrefix) {
		return ""
	}
	if ok, _ := regexp.MatchString(`^[A-Za-z0-9_-]{43}$`, rest); !ok {
		return ""
	}
	return id
}

// keyHash is what a key is kept by. It is too random to be guessed, so that a plain hash is enough.
func keyHash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// opens compares in constant time whether a secret is the one that a key was kept by.
func opens(key domain.ServiceKey, secret string) bool {
	return subtle.ConstantTimeCompare([]byte(key.Hash), []byte(keyHash(secret))) == 1
}

// buckets limit how often each key may be used: every use takes a token, tokens come back at the key's rate, and as many as
// two seconds bring are kept.
type buckets struct {
	mu   sync.Mutex
	held map[string]bucket
}

type bucket struct {
	tokens float64
	at     time.Time
}

// bucketSeconds is for how many seconds of a key's rate it may save tokens up.
const bucketSeconds = 2

// take takes a token of the key, or says how long there will be none.
func (b *buckets) take(key string, perSecond int, now time.Time) (wait time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	rate, most := float64(perSecond), float64(perSecond*bucketSeconds)
	held, ok := b.held[key]
	if !ok {
		held = bucket{tokens: most, at: now}
	}
	held.tokens = min(most, held.tokens+rate*max(0, now.Sub(held.at).Seconds()))
	held.at = now
	if held.tokens < 1 {
		wait = time.Duration((1 - held.tokens) / rate * float64(time.Second))
	} else {
		held.tokens--
	}
	if len(b.held) >= maxRemembered {
		clear(b.held) // a full bucket for each is the worst that comes of it
	}
	b.held[key] = held
	return wait
}
