package api_test

import (
	"context"
	"io"
	"log/slog"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
	"github.com/crosswalk-mdm/crosswalk/server/telemetry"
)

func newLog(w io.Writer) *slog.Logger { return telemetry.NewLogger(w, "info", "text") }

type checker = func(context.Context, domain.Actor, domain.SystemID) ([]reconcile.CheckStep, error)

func checkThatFails(cause error) checker {
	return func(context.Context, domain.Actor, domain.SystemID) ([]reconcile.CheckStep, error) { return nil, cause }
}

// checkThatWaits says that it was entered, once, and answers when it may leave.
func checkThatWaits(entered, leave chan struct{}) checker {
	return func(context.Context, domain.Actor, domain.SystemID) ([]reconcile.CheckStep, error) {
		close(entered)
		<-leave
		return nil, nil
	}
}
