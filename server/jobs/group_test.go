package jobs_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/crosswalk-mdm/crosswalk/server/jobs"
)

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

func TestALoopTakesTurnsWhileThereIsWork(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var turns []time.Duration
		group := jobs.NewGroup(quiet(), nil)
		group.Loop("count", time.Second, nil, func(context.Context) (bool, error) {
			turns = append(turns, time.Since(began))
			return len(turns) < 3, nil
		})
		group.Start()
		time.Sleep(1500 * time.Millisecond)
		group.Close()
		want := []time.Duration{0, 0, 0, time.Second}
		if len(turns) != len(want) || turns[2] != 0 || turns[3] != time.Second {
			t.Errorf("turns at %v, want %v", turns, want)
		}
	})
}

func TestALoopIsWoken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var bell jobs.Bell
		var first, second []time.Duration
		group := jobs.NewGroup(quiet(), nil)
		for _, turns := range []*[]time.Duration{&first, &second} {
			group.Loop("listen", time.Hour, bell.Listen(), func(context.Context) (bool, error) {
				*turns = append(*turns, time.Since(began))
				return false, nil
			})
		}
		group.Start()
		time.Sleep(time.Minute)
		bell.Ring()
		bell.Ring() // nobody has to hear every ring
		synctest.Wait()
		group.Close()
		for _, turns := range [][]time.Duration{first, second} {
			if len(turns) < 2 || turns[1] != time.Minute {
				t.Errorf("turns at %v", turns)
			}
		}
	})
}

func TestAFailingLoopRestsLongerAndLonger(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var log bytes.Buffer
		var turns []time.Duration
		failed := 0
		group := jobs.NewGroup(slog.New(slog.NewTextHandler(&log, nil)), func(job string, err error) {
			if job == "fail" && err != nil {
				failed++
			}
		})
		group.Loop("fail", time.Second, nil, func(context.Context) (bool, error) {
			turns = append(turns, time.Since(began))
			if len(turns) == 2 {
				panic("broken")
			}
			return true, errors.New("no luck")
		})
		group.Start()
		time.Sleep(15 * time.Second)
		group.Close()
		want := []time.Duration{0, 2 * time.Second, 6 * time.Second, 14 * time.Second}
		if len(turns) != 4 || turns[1] != want[1] || turns[2] != want[2] || turns[3] != want[3] || failed != 4 {
			t.Errorf("turns at %v, want %v; %d failures told", turns, want, failed)
		}
		if !strings.Contains(log.String(), "no luck") || !strings.Contains(log.String(), "panic: broken") {
			t.Errorf("logged %s", &log)
		}
	})
}

func TestCloseCancelsTheTurnAndWaitsForItsEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ended := false
		group := jobs.NewGroup(quiet(), nil)
		group.Loop("long", time.Second, nil, func(ctx context.Context) (bool, error) {
			<-ctx.Done()
			time.Sleep(time.Second) // it tidies up
			ended = true
			return true, ctx.Err()
		})
		group.Start()
		synctest.Wait()
		group.Close()
		if !ended {
			t.Error("close did not wait")
		}
	})
}

func TestAGroupThatNeverStartedCanBeClosed(t *testing.T) {
	t.Parallel()
	jobs.NewGroup(quiet(), nil).Close()
}
