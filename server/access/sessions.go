package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"sync"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// tokenBytes are the random bytes of a sign-in: too many to be guessed, so that a plain hash of them is enough.
const tokenBytes = 32

// maxRemembered bounds the sign-ins kept in memory.
const maxRemembered = 10_000

// SessionOptions set how long sign-ins last.
type SessionOptions struct {
	// Idle ends a sign-in without requests, Absolute ends any.
	Idle     time.Duration
	Absolute time.Duration
	// Remember is how long a sign-in that was found is trusted without asking the database again. A sign-out in another
	// process takes that long to be noticed; disabling a user, a new password or changed roles are noticed at once.
	Remember time.Duration
	// Now is the clock; nil is the machine's.
	Now func() time.Time
}

// Sessions sign people in, recognise them, and sign them out. It is safe for concurrent use.
type Sessions struct {
	store   domain.Store
	options SessionOptions
	hasher  hasher
	limiter *limiter

	mu         sync.Mutex
	remembered map[string]remembered
}

// remembered is a sign-in as it was last read.
type remembered struct {
	session domain.Session
	checked time.Time
}

// NewSessions returns sign-ins over a store.
func NewSessions(store domain.Store, options SessionOptions) *Sessions {
	if options.Now == nil {
		options.Now = time.Now
	}
	options.Remember = min(options.Remember, options.Idle/4)
	return &Sessions{store: store, options: options, hasher: newHasher(), limiter: newLimiter(), remembered: map[string]remembered{}}
}

// Credentials are what somebody signs in with, and where from.
type Credentials struct {
	Login    string
	Password string
	Address  string
	// OldToken is the sign-in the browser still has, "" for none: it ends.
	OldToken string
}

// SignIn returns a fresh token for the right login and password. A wrong one, and a disabled user's, is CodeSignInWrong after
// the same work; too many are CodeSignInTooMany.
func (s *Sessions) SignIn(ctx context.Context, c Credentials) (string, domain.User, error) {
	if err := s.allow(c); err != nil {
		return "", domain.User{}, err
	}
	user, err := s.store.Read().Users.ByLogin(ctx, c.Login)
	if err != nil && domain.ErrorCode(err) != domain.CodeUserUnknown {
		s.unblame(c)
		return "", domain.User{}, err
	}
	right, err := s.hasher.matches(ctx, c.Password, user.PasswordHash)
	if err != nil {
		s.unblame(c)
		return "", domain.User{}, err
	}
	if !right || user.Disabled {
		return "", domain.User{}, &domain.Error{Kind: domain.KindUnauthenticated, Code: domain.CodeSignInWrong, Msg: "the login or the password is wrong"}
	}
	s.limiter.forget("login " + clip(c.Login))
	s.limiter.succeeded("address " + c.Address)
	token, err := s.open(ctx, user, c.OldToken)
	return token, user, err
}

// allow counts the attempt against its login and its address.
func (s *Sessions) allow(c Credentials) error {
	now := s.options.Now()
	if wait := s.limiter.begin("address "+c.Address, failuresPerAddress, now); wait > 0 {
		return tooMany(wait)
	}
	if wait := s.limiter.begin("login "+clip(c.Login), failuresPerLogin, now); wait > 0 {
		return tooMany(wait)
	}
	return nil
}

// unblame takes an attempt back that failed through no fault of whoever made it.
func (s *Sessions) unblame(c Credentials) {
	s.limiter.succeeded("login " + clip(c.Login))
	s.limiter.succeeded("address " + c.Address)
}

// clip bounds what an attacker can make us remember.
func clip(login string) string { return login[:min(len(login), 64)] }

func (s *Sessions) open(ctx context.Context, user domain.User, oldToken string) (string, error) {
	raw := make([]byte, tokenBytes)
	_, _ = rand.Read(raw)
	token := user.Login + "." + base64.RawURLEncoding.EncodeToString(raw)
	old, hadOld := s.hashOf(ctx, oldToken)
	err := s.store.Operate(ctx, func(ops domain.Ops) error {
		if hadOld {
			if err := ops.Sessions.Delete(ctx, old); err != nil {
				return err
			}
		}
		return ops.Sessions.Create(ctx, domain.Session{
			TokenHash: sessionHash(token, user), Login: user.Login, CreatedAt: ops.Now, SeenAt: ops.Now, ExpiresAt: ops.Now.Add(s.options.Absolute),
		})
	})
	s.forget(old)
	return token, err
}

// sessionHash is what a sign-in is kept by. The user's password hash goes into it, so that a new password ends every sign-in
// made with the old one.
func sessionHash(token string, user domain.User) string {
	sum := sha256.Sum256([]byte(token + "\x00" + user.PasswordHash))
	return hex.EncodeToString(sum[:])
}

// hashOf returns the hash of a token whose user exists.
func (s *Sessions) hashOf(ctx context.Context, token string) (string, bool) {
	user, err := s.userOf(ctx, token)
	return sessionHash(token, user), err == nil
}

// userOf returns the user a token names, without proof that it is theirs.
func (s *Sessions) userOf(ctx context.Context, token string) (domain.User, error) {
	at := strings.LastIndexByte(token, '.')
	if at < 1 || len(token) > 256 {
		return domain.User{}, signInRequired()
	}
	user, err := s.store.Read().Users.ByLogin(ctx, token[:at])
	if domain.ErrorCode(err) == domain.CodeUserUnknown {
		return user, signInRequired()
	}
	return user, err
}

// Authenticate returns the user a token belongs to. CodeSignInRequired when it is unknown, has expired, or its user is disabled.
func (s *Sessions) Authenticate(ctx context.Context, token string) (domain.User, error) {
	user, err := s.userOf(ctx, token)
	if err != nil {
		return domain.User{}, err
	}
	session, err := s.find(ctx, sessionHash(token, user))
	if err != nil {
		return domain.User{}, err
	}
	if user.Disabled || session.Login != user.Login {
		return domain.User{}, signInRequired()
	}
	return user, nil
}

// find returns a sign-in that has not ended, from memory or from the store.
func (s *Sessions) find(ctx context.Context, hash string) (domain.Session, error) {
	now := s.options.Now()
	s.mu.Lock()
	known, ok := s.remembered[hash]
	s.mu.Unlock()
	if ok && now.Sub(known.checked) < s.options.Remember && domain.InstantOf(now) < known.session.ExpiresAt {
		return known.session, nil
	}
	session, err := s.load(ctx, hash)
	if err != nil {
		s.forget(hash)
		return session, err
	}
	s.remember(hash, remembered{session: session, checked: now})
	return session, nil
}

// load reads a sign-in, refuses one that has ended, and notes that it was used.
func (s *Sessions) load(ctx context.Context, hash string) (domain.Session, error) {
	var session domain.Session
	err := s.store.Operate(ctx, func(ops domain.Ops) error {
		var err error
		if session, err = ops.Sessions.ByHash(ctx, hash); err != nil {
			return err
		}
		if ops.Now >= session.ExpiresAt || ops.Now >= session.SeenAt.Add(s.options.Idle) {
			return signInRequired()
		}
		if ops.Now < session.SeenAt.Add(min(time.Minute, s.options.Idle/4)) {
			return nil // writing each use down would cost a write for every request
		}
		return ops.Sessions.Touch(ctx, hash, ops.Now)
	})
	return session, err
}

// ActorOf returns a user as an actor with the grants of the roles that count now.
func (s *Sessions) ActorOf(user domain.User) domain.Actor {
	return ActorOf(user, domain.InstantOf(s.options.Now()))
}

// SignOut ends a sign-in; one that does not exist has ended already.
func (s *Sessions) SignOut(ctx context.Context, token string) error {
	hash, ok := s.hashOf(ctx, token)
	if !ok {
		return nil
	}
	s.forget(hash)
	return s.store.Operate(ctx, func(ops domain.Ops) error { return ops.Sessions.Delete(ctx, hash) })
}

// Sweep drops the sign-ins that ended long enough ago.
func (s *Sessions) Sweep(ctx context.Context) error {
	return s.store.Operate(ctx, func(ops domain.Ops) error { return ops.Sessions.DeleteExpired(ctx, ops.Now) })
}

func (s *Sessions) remember(hash string, r remembered) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.remembered) >= maxRemembered {
		clear(s.remembered) // each is found again in the store
	}
	s.remembered[hash] = r
}

func (s *Sessions) forget(hash string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.remembered, hash)
}

func signInRequired() error {
	return &domain.Error{Kind: domain.KindUnauthenticated, Code: domain.CodeSignInRequired, Msg: "please sign in"}
}
