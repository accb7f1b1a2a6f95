package app

import (
	"github.com/crosswalk-mdm/crosswalk/domain/intake"
	"github.com/crosswalk-mdm/crosswalk/server/workbook"
)

// newExport makes the use cases on files that are given out.
func (a *App) newExport() *intake.Export {
	return &intake.Export{Store: a.Store, Desk: a.Desk, Writer: workbook.Writer{}, Uploads: a.Intake}
}
