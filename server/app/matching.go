package app

import (
	"context"
	"runtime"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/match"
	"github.com/crosswalk-mdm/crosswalk/server/jobs"
)

// matchLease is how long an evaluation stays with a dead process.
const matchLease = 30 * time.Second

// newMatches is the worker that evaluates what may be one thing. It leaves half of the processors to those who wait for answers.
func (a *App) newMatches(owner string) *jobs.Matches {
	evaluator := &match.Evaluator{Store: a.Store, Definitions: catalog.Definitions{}, Workers: max(1, runtime.NumCPU()/2)}
	return &jobs.Matches{
		Store: a.Store, Domains: []domain.DomainName{catalog.Item}, Marks: evaluator.Marks, Evaluate: evaluator.Evaluate, Owner: owner,
		Lease: matchLease, Every: a.config.MatchEvery, Log: a.log,
	}
}
