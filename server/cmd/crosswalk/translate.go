package main

import (
	"context"
	"encoding/json"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/crosswalk"
	"github.com/crosswalk-mdm/crosswalk/server/access"
	"github.com/crosswalk-mdm/crosswalk/server/api"
	"github.com/crosswalk-mdm/crosswalk/server/app"
)

// translate answers on the database itself, in the words of the API, one line for each code.
func translate(ctx context.Context, p *program, c *call) error {
	if c.system == "" {
		return usageError{"name the system whose codes they are with --system"}
	}
	at, err := domain.ParseDate(c.at)
	if err != nil {
		return err
	}
	return p.with(ctx, c, func(a *app.App) error {
		answers, err := a.Crosswalk.Translate(ctx, access.CommandLine(), crosswalk.Question{
			From: crosswalk.Side{System: domain.SystemID(c.system), Plant: domain.PlantID(c.plant), CodeType: domain.CodeType(c.codeType)},
			To:   crosswalk.Side{System: domain.SystemID(c.to), CodeType: domain.CodeType(c.toCodeType)}, Domain: domain.DomainName(c.domain), Codes: c.args, At: at,
		})
		if err != nil {
			return err
		}
		lines := json.NewEncoder(p.stdout)
		for _, answer := range answers {
			if err := lines.Encode(api.AnswerOf(answer)); err != nil {
				return err
			}
		}
		return nil
	})
}
