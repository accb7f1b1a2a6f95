// Command crosswalk is the whole of Crosswalk in one program: the service with its workbench, and the commands of those who
// run it. It reads arguments, starts what was asked for, and says in one sentence what went wrong; wiring and rules are
// elsewhere.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	_ "time/tzdata" // plants have time zones, machines not always

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/bench"
	"github.com/crosswalk-mdm/crosswalk/server/config"
)

// The exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	p := &program{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, env: config.Environment()}
	code := p.run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// program is one call of the command line.
type program struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	env            func(string) (string, bool)
}

// command is one subcommand.
type command struct {
	name, arguments, summary string
	run                      func(ctx context.Context, p *program, c *call) error
	// flags adds the command's own.
	flags func(*flag.FlagSet, *call)
	// least and most positional arguments.
	least, most int
}

// call is a command with what it was given.
type call struct {
	args []string

	config                string
	server, login         string
	passwordFile          string
	reason                string
	system, plant, domain string
	mode                  string
	codeType, to          string
	toCodeType, at        string
	wait, strict          bool
	kind                  string
	name                  string
	roles                 listFlag
	scopes, networks      listFlag
	days                  int
	passwordStdin         bool
	adminKey, writerGroup string
	check                 bool
	database, faults      string
	listen                string
	seed                  uint64
	match                 bench.MatchRun
	workbook              workbookCall
	bench                 benchCall
}

// usageError is a call that cannot be understood.
type usageError struct{ text string }

// Error is the sentence.
func (e usageError) Error() string { return e.text }

// listFlag is a flag that may be given several times.
type listFlag []string

// String shows the values.
func (l *listFlag) String() string { return fmt.Sprint(*l) }

// Set adds a value.
func (l *listFlag) Set(value string) error {
	*l = append(*l, value)
	return nil
}

// run finds the command, runs it, and returns the exit code.
func (p *program) run(ctx context.Context, args []string) int {
	err := p.dispatch(ctx, args)
	var usage usageError
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, flag.ErrHelp):
		return exitDone
	case errors.As(err, &usage):
		_, _ = fmt.Fprintf(p.stderr, "crosswalk: %s\n", usage.text)
		return exitUsage
	default:
		_, _ = fmt.Fprintf(p.stderr, "crosswalk: %s\n", sentence(err))
		return exitFailed
	}
}

// sentence is what a person reads of an error: its own sentence where it has one. Fields are told in their error's sentence or
// after it.
func sentence(err error) string {
	var known *domain.Error
	if !errors.As(err, &known) {
		return err.Error()
	}
	text := known.Msg
	if known.Code == domain.CodeConfigInvalid && len(known.Fields) > 1 {
		for _, field := range known.Fields {
			text += "\n  " + field.Location + ": " + field.Msg
		}
	}
	return text
}

func (p *program) dispatch(ctx context.Context, args []string) error {
	commands := commands()
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		p.usage(commands)
		if len(args) == 0 {
			return usageError{"name a command"}
		}
		return nil
	}
	found, rest, ok := find(commands, args)
	if !ok {
		return usageError{fmt.Sprintf("there is no command %q; crosswalk help lists them", args[0])}
	}
	c := &call{}
	flags := flag.NewFlagSet("crosswalk "+found.name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&c.config, "config", "", "configuration file")
	if found.flags != nil {
		found.flags(flags, c)
	}
	positional, err := parse(flags, rest)
	if errors.Is(err, flag.ErrHelp) {
		_, _ = fmt.Fprintf(p.stdout, "crosswalk %s %s\n  %s\n", found.name, found.arguments, found.summary)
		flags.SetOutput(p.stdout)
		flags.PrintDefaults()
		return err
	}
	if err != nil {
		return usageError{err.Error()}
	}
	if len(positional) < found.least || len(positional) > found.most {
		return usageError{fmt.Sprintf("usage: crosswalk %s %s", found.name, found.arguments)}
	}
	c.args = positional
	return found.run(ctx, p, c)
}

// parse takes flags before, between and after the positional arguments.
func parse(flags *flag.FlagSet, args []string) ([]string, error) {
	var positional []string
	for {
		if err := flags.Parse(args); err != nil {
			return nil, err
		}
		if flags.NArg() == 0 {
			return positional, nil
		}
		positional, args = append(positional, flags.Arg(0)), flags.Args()[1:]
	}
}

// version is what the module was built as, "0.0.0" from a working tree.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "0.0.0"
}
