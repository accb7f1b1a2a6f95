package config

import (
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// maxSecretBytes is more than any key, password or database address has.
const maxSecretBytes = 16 << 10

// The forms of a reference to a secret.
const (
	envReference  = "env:"
	fileReference = "file:"
)

// Secrets resolves references to secrets, so that settings, databases and change requests never hold one.
type Secrets struct {
	// Env finds variables of the environment.
	Env Lookup
}

// ResolveSecret resolves a reference against the environment and the files of the process (see Secrets.Resolve).
func ResolveSecret(ref string) (string, error) {
	return Secrets{Env: Environment()}.Resolve(ref)
}

// Resolve returns the secret that env:NAME or file:PATH points at, without the white space around it. Anything else, an empty
// secret and a file that is too large are CodeConfigInvalid; the error never holds the secret.
func (s Secrets) Resolve(ref string) (string, error) {
	var secret string
	name, isEnv := strings.CutPrefix(ref, envReference)
	path, isFile := strings.CutPrefix(ref, fileReference)
	switch {
	case isEnv && name != "":
		value, ok := s.Env(name)
		if !ok {
			return "", domain.Invalid(domain.CodeConfigInvalid, "the variable %s is not set", name)
		}
		secret = strings.TrimSpace(value)
	case isFile && path != "":
		data, err := readLimited(path, maxSecretBytes)
		if err != nil {
			return "", domain.Invalid(domain.CodeConfigInvalid, "the secret in %s cannot be read: %v", path, err)
		}
		secret = strings.TrimSpace(string(data))
	default:
		// What stands here may be the secret itself, written where its reference belongs: it is not repeated.
		return "", domain.Invalid(domain.CodeConfigInvalid, "a secret is named by a reference: env:NAME or file:PATH")
	}
	if secret == "" || len(secret) > maxSecretBytes {
		return "", domain.Invalid(domain.CodeConfigInvalid, "the secret behind %s is empty or too long", ref)
	}
	return secret, nil
}

func isReference(text string) bool {
	return strings.HasPrefix(text, envReference) || strings.HasPrefix(text, fileReference)
}
