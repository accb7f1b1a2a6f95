package main

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/crosswalk"
)

// commands lists every command in the order people are shown them.
func commands() []command {
	return []command{
		{name: "serve", summary: "the service and the workbench", run: serve},
		{name: "demo", summary: "the demo company; --check walks the whole loop and reports", run: runDemo, flags: demoFlags},
		{name: "migrate", summary: "bring the database's schema up to date", run: migrate},
		{name: "apply", arguments: "FILE", summary: "propose systems, plants, plans, rules and policies from YAML", run: apply, flags: applyFlags, least: 1, most: 1},
		{name: "export", summary: "write what is configured as the YAML that apply takes", run: export, flags: remoteFlags},
		{name: "import", arguments: "FILE --system ID", summary: "take in a plant's workbook or CSV file", run: importFile, flags: importFlags, least: 1, most: 1},
		{name: "reconcile", arguments: "PLAN", summary: "start a run", run: reconcilePlan, flags: reconcileFlags, least: 1, most: 1},
		{name: "translate", arguments: "CODE... --system ID", summary: "what a system's codes are elsewhere, one JSON line for each", run: translate, flags: translateFlags, least: 1, most: crosswalk.MaxCodes},
		{name: "check", arguments: "[SYSTEM]", summary: "try the connections, step by step", run: check, flags: remoteFlags, most: 1},
		{name: "guard install", arguments: "SYSTEM --admin-key REF --writer-group GROUP", summary: "install the write guard in an Odoo", run: installGuard, flags: guardFlags, least: 1, most: 1},
		{name: "user add", arguments: "LOGIN", summary: "make a local account", run: addUser, flags: addUserFlags, least: 1, most: 1},
		{name: "user password", arguments: "LOGIN", summary: "give a user a new password and end their sign-ins", run: setPassword, flags: passwordFlags, least: 1, most: 1},
		{name: "user disable", arguments: "LOGIN", summary: "lock a user out", run: disableUser, least: 1, most: 1},
		{name: "user enable", arguments: "LOGIN", summary: "let a user in again", run: enableUser, least: 1, most: 1},
		{name: "user list", summary: "the local accounts", run: listUsers},
		{name: "user roles", arguments: "LOGIN [--role ROLE …]", summary: "replace a user's roles", run: setRoles, flags: rolesFlag, least: 1, most: 1},
		{name: "key add", arguments: "SERVICE --scope SCOPE", summary: "make a service identity with its first key", run: addKey, flags: addKeyFlags, least: 1, most: 1},
		{name: "key rotate", arguments: "SERVICE", summary: "give a service another key beside the one in use", run: rotateKey, flags: keyLifeFlag, least: 1, most: 1},
		{name: "key revoke", arguments: "SERVICE [KEY]", summary: "end one key of a service, or all and the service", run: revokeKey, least: 1, most: 2},
		{name: "key list", summary: "the keys of services", run: listKeys},
		{name: "audit verify", summary: "prove the audit chains", run: verifyAudit},
		{name: "bench match", summary: "measure matching on files or generated records", run: benchMatch, flags: benchMatchFlags},
		{name: "bench reconcile", summary: "measure runs on generated rows beside a baseline, on a database of its own", run: benchReconcile, flags: benchFlags},
		{name: "bench queue", summary: "measure pages of a long queue over HTTP, on a database of its own", run: benchQueue, flags: benchFlags},
		{name: "bench workbook", summary: "measure uploads and exports of workbooks, on a database of its own", run: benchWorkbook, flags: benchWorkbookFlags},
		{name: "bench workbook-case", summary: "one case of it, for the benchmarks", run: benchWorkbookCase, flags: benchWorkbookFlags},
		{name: "bench reader", arguments: "URL", summary: "read a queue, for the benchmarks", run: benchReader, flags: benchFlags, least: 1, most: 1},
		{name: "bench rows", summary: "write generated rows, for the benchmarks", run: benchRows, flags: benchFlags},
		{name: "version", summary: "the version of this program", run: func(_ context.Context, p *program, _ *call) error {
			_, err := fmt.Fprintln(p.stdout, version())
			return err
		}},
	}
}

// find matches one or two words with a command.
func find(commands []command, args []string) (command, []string, bool) {
	for words := min(2, len(args)); words > 0; words-- {
		name := strings.Join(args[:words], " ")
		if i := slices.IndexFunc(commands, func(c command) bool { return c.name == name }); i >= 0 {
			return commands[i], args[words:], true
		}
	}
	return command{}, nil, false
}

func (p *program) usage(commands []command) {
	_, _ = fmt.Fprintln(p.stdout, "Crosswalk keeps one governed definition of every item and maps each plant's own codes onto it.")
	_, _ = fmt.Fprintln(p.stdout, "\nCommands:")
	table := tabwriter.NewWriter(p.stdout, 0, 4, 3, ' ', 0)
	for _, c := range commands {
		_, _ = fmt.Fprintf(table, "  crosswalk %s\t%s\n", strings.TrimSpace(c.name+" "+c.arguments), c.summary)
	}
	_ = table.Flush()
	_, _ = fmt.Fprintln(p.stdout, "\nEvery command takes --config FILE and settings of the environment (CROSSWALK_DATABASE …); COMMAND --help shows its own flags.")
}

// remoteFlags let a command go through a running server, which it must while a SQLite database is served.
func remoteFlags(flags *flag.FlagSet, c *call) {
	flags.StringVar(&c.server, "server", "", "address of a running Crosswalk to go through, such as https://crosswalk.example.com")
	flags.StringVar(&c.login, "login", "", "with --server: who signs in")
	flags.StringVar(&c.passwordFile, "password-file", "", "with --server: file that holds the password")
}

func applyFlags(flags *flag.FlagSet, c *call) {
	remoteFlags(flags, c)
	flags.StringVar(&c.reason, "reason", "", "why; it stands in the change request")
}

func importFlags(flags *flag.FlagSet, c *call) {
	remoteFlags(flags, c)
	flags.StringVar(&c.reason, "reason", "", "why; it stands in the change request")
	flags.StringVar(&c.system, "system", "", "the system whose codes or records they are; nothing where the file names the plants")
	flags.StringVar(&c.kind, "kind", string(domain.ImportMapping), "mapping, records-partial, records-complete or golden")
	flags.BoolVar(&c.strict, "strict", false, "hand in all rows or none")
	flags.StringVar(&c.plant, "plant", "", "the plant the file is meant for; it must be the system's")
	flags.StringVar(&c.domain, "domain", "item", "the domain")
}

func reconcileFlags(flags *flag.FlagSet, c *call) {
	remoteFlags(flags, c)
	flags.StringVar(&c.mode, "mode", "complete", "complete or incremental")
	flags.BoolVar(&c.wait, "wait", false, "wait until the run has ended or is held")
}

func translateFlags(flags *flag.FlagSet, c *call) {
	flags.StringVar(&c.system, "system", "", "the system whose codes they are, or canonical")
	flags.StringVar(&c.plant, "plant", "", "the plant, for a system that serves many")
	flags.StringVar(&c.codeType, "code-type", "", "the kind of code; the system's own where it is left out")
	flags.StringVar(&c.to, "to", "canonical", "the system whose codes are wanted, or canonical")
	flags.StringVar(&c.toCodeType, "to-code-type", "", "the kind of code that is wanted")
	flags.StringVar(&c.domain, "domain", "item", "the domain")
	flags.StringVar(&c.at, "at", "", "the day asked about, such as 2026-11-23; today where it is left out")
}

func guardFlags(flags *flag.FlagSet, c *call) {
	flags.StringVar(&c.adminKey, "admin-key", "", "reference to an administrator's API key: env:NAME or file:PATH")
	flags.StringVar(&c.writerGroup, "writer-group", "", "name or ID of the Odoo group whose members may write through the guard")
}

func addUserFlags(flags *flag.FlagSet, c *call) {
	passwordFlags(flags, c)
	flags.StringVar(&c.name, "name", "", "the person's name")
	rolesFlag(flags, c)
}

func rolesFlag(flags *flag.FlagSet, c *call) {
	flags.Var(&c.roles, "role", "ROLE, ROLE@PLANT or ROLE@PLANT/DOMAIN, with :2026-12-31 behind it if it ends on a day; may be given several times")
}

func passwordFlags(flags *flag.FlagSet, c *call) {
	flags.BoolVar(&c.passwordStdin, "password-stdin", false, "read the password from standard input; without it one is made and shown once")
}
