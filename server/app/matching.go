package app

import (
	"context"
	"errors"
	"runtime"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/match"
	"github.com/crosswalk-mdm/crosswalk/server/jobs"
)

// matchLease is how long an evaluation stays with a dead process.
const matchLease = 30 * time.Second

// newEvaluator leaves half of the processors to those who wait for answers.
func newEvaluator(store domain.Store) *match.Evaluator {
	return &match.Evaluator{Store: store, Definitions: catalog.Definitions{}, Workers: max(1, runtime.NumCPU()/2)}
}

// newMatches is the worker that evaluates what may be one thing, and links what the open automatic bands allow.
func (a *App) newMatches(owner string) *jobs.Matches {
	evaluator := newEvaluator(a.Store)
	return &jobs.Matches{
		Store: a.Store, Domains: catalog.Matched(), Marks: evaluator.Marks, Evaluate: evaluator.Evaluate, Owner: owner,
		Lease: matchLease, Every: a.config.MatchEvery, Log: a.log, Evaluated: a.autoLink,
	}
}

func (a *App) autoLink(ctx context.Context, name domain.DomainName) error {
	done, err := a.MatchRules.AutoLink(ctx, name)
	if done.Linked > 0 {
		a.log.InfoContext(ctx, "codes were linked automatically", "domain", string(name), "linked", done.Linked, "sampled", done.Sampled)
	}
	return err
}

// autoLinkEvery is how often automatic bands are looked at though nothing was evaluated: one may have been reopened.
const autoLinkEvery = time.Minute

// autoLinkTurn links what the open bands of every domain that is matched allow. It never asks for another turn at once.
func (a *App) autoLinkTurn(ctx context.Context) (bool, error) {
	var all []error
	for _, name := range catalog.Matched() {
		all = append(all, a.autoLink(ctx, name))
	}
	return false, errors.Join(all...)
}
