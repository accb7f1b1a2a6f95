package access

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// The cost of a password's hash, as OWASP advises for argon2id: 19 MiB, two passes.
const (
	argonMemory  = 19 << 10 // KiB
	argonPasses  = 2
	argonLanes   = 1
	saltBytes    = 16
	hashBytes    = 32
	maxHashesNow = 4 // computed at the same time: each takes argonMemory
)

// What a password may measure.
const (
	minPasswordChars = 12
	maxPasswordBytes = 256
)

// hasher computes password hashes, a bounded number at a time so that a flood of sign-ins cannot take all memory.
type hasher struct{ slots chan struct{} }

func newHasher() hasher { return hasher{slots: make(chan struct{}, maxHashesNow)} }

// hash returns an argon2id string of the password with a fresh salt.
func (h hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails: the program ends when there is no randomness
	sum, err := h.sum(ctx, password, salt)
	if err != nil {
		return "", err
	}
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonPasses, argonLanes, encode(salt), encode(sum)), nil
}

// matches says whether the password is the one that was hashed. It takes as long for a hash that is none.
func (h hasher) matches(ctx context.Context, password, encoded string) (bool, error) {
	salt, want, known := parseHash(encoded)
	got, err := h.sum(ctx, password, salt)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1 && known, nil
}

func (h hasher) sum(ctx context.Context, password string, salt []byte) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	case <-ctx.Done():
		return nil, domain.Unavailable(ctx.Err(), domain.CodeRateLimited, "too many people are signing in at this moment; please try again")
	}
	return argon2.IDKey([]byte(password), salt, argonPasses, argonMemory, argonLanes, hashBytes), nil
}

// parseHash takes a hash of ours apart; for anything else it gives a salt and a hash that no password has.
func parseHash(encoded string) (salt, sum []byte, known bool) {
	prefix := fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$", argon2.Version, argonMemory, argonPasses, argonLanes)
	rest, found := strings.CutPrefix(encoded, prefix)
	left, right, cut := strings.Cut(rest, "$")
	salt, saltErr := base64.RawStdEncoding.DecodeString(left)
	sum, sumErr := base64.RawStdEncoding.DecodeString(right)
	if !found || !cut || saltErr != nil || sumErr != nil || len(sum) != hashBytes {
		return make([]byte, saltBytes), make([]byte, hashBytes), false
	}
	return salt, sum, true
}

// checkPassword refuses passwords that are too short to be safe or too long to be typed.
func checkPassword(password string) error {
	if utf8.RuneCountInString(password) < minPasswordChars || len(password) > maxPasswordBytes {
		return domain.Invalid(domain.CodeUserInvalid, "a password has at least %d characters and at most %d bytes", minPasswordChars, maxPasswordBytes)
	}
	return nil
}

// NewPassword returns a random password of 24 characters that can be read out and typed.
func NewPassword() string {
	const letters = "abcdefghjkmnpqrstuvwxyz23456789" // without what looks alike
	raw := make([]byte, 0, 24)
	random := make([]byte, 64)
	for len(raw) < cap(raw) {
		_, _ = rand.Read(random)
		for _, b := range random {
			// Bytes above the last full round of letters would make some letters likelier.
			if int(b) < 256/len(letters)*len(letters) && len(raw) < cap(raw) {
				raw = append(raw, letters[int(b)%len(letters)])
			}
		}
	}
	return string(raw)
}
