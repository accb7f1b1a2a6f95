package app

import (
	"context"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain/intake"
	"github.com/crosswalk-mdm/crosswalk/server/jobs"
	"github.com/crosswalk-mdm/crosswalk/server/workbook"
)

// importLease is how long an import stays with a dead process.
const importLease = 30 * time.Second

// newIntake makes the use cases on uploaded files.
func (a *App) newIntake() *intake.Intake {
	return &intake.Intake{Store: a.Store, Desk: a.Desk, Opener: workbook.Opener{}, Waiting: a.imports.Ring}
}

// newImports makes the worker that reads uploaded files and hands them in.
func (a *App) newImports(owner string) *jobs.Imports {
	return &jobs.Imports{Store: a.Store, Carry: a.Intake.Carry, Owner: owner, Lease: importLease, Log: a.log}
}

// ImportTurn does what is to be done with the next import, for commands that do their work in this process. It says whether
// there was one.
func (a *App) ImportTurn(ctx context.Context) (bool, error) {
	return a.newImports(owner("", "imports", 0)).Turn(ctx)
}
