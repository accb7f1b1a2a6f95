package app

import (
	"cmp"
	"context"
	"sync"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
	"github.com/crosswalk-mdm/crosswalk/server/connect/file"
	"github.com/crosswalk-mdm/crosswalk/server/connect/odoo"
	"github.com/crosswalk-mdm/crosswalk/server/connect/rest"
	"github.com/crosswalk-mdm/crosswalk/server/connect/sql"
)

// The settings that name a system's secrets.
const (
	settingReaderKey = "reader_key_ref"
	settingWriterKey = "writer_key_ref"
	settingDSN       = "dsn_ref"
	settingToken     = "token_ref"
)

// The settings that name a system's company: as the system does, and by the code that all systems share.
const (
	settingCompany     = "company"
	settingCompanyCode = "company_code"
)

// Fields knows what the connector of each kind of system has and writes, without calling the system.
type Fields struct{}

// Written lists the attributes that deliveries may set in the system.
func (Fields) Written(system domain.SourceSystem, name domain.DomainName) []domain.AttributeID {
	if system.Kind != domain.SystemOdoo || !system.Writable {
		return nil
	}
	return odooFields(system, name, func(access odoo.Access) bool { return access == odoo.AccessWritten })
}

// Supplied lists the attributes that the system has at all.
func (Fields) Supplied(system domain.SourceSystem, name domain.DomainName) []domain.AttributeID {
	if system.Kind == domain.SystemOdoo {
		return odooFields(system, name, func(access odoo.Access) bool { return access != odoo.AccessHubOnly })
	}
	stream, _ := system.Stream(name)
	definition, err := catalog.Definitions{}.Definition(name)
	if err != nil {
		return nil
	}
	var supplied []domain.AttributeID
	for _, id := range definition.IDs() {
		if _, ok := stream.Fields[id]; ok {
			supplied = append(supplied, id)
		}
	}
	return supplied
}

// Languages lists the languages of the system's texts: those that an Odoo is set to, or the one of the stream.
func (Fields) Languages(system domain.SourceSystem, name domain.DomainName) []string {
	if system.Kind == domain.SystemOdoo {
		return odoo.LanguagesOf(system)
	}
	stream, _ := system.Stream(name)
	return []string{cmp.Or(stream.Language, domain.English)}
}

func odooFields(system domain.SourceSystem, name domain.DomainName, wanted func(odoo.Access) bool) []domain.AttributeID {
	var ids []domain.AttributeID
	for _, field := range odoo.FieldsOf(system, name) {
		if wanted(field.Access) {
			ids = append(ids, field.Attribute)
		}
	}
	return ids
}

// connectors makes who speaks to a system, by its kind.
type connectors struct {
	options Options

	mu   sync.Mutex
	odoo map[domain.SystemID]odooEntry
}

// odooEntry is a connector with what it was made of. It is kept, since its writes go one after the other.
type odooEntry struct {
	version                 int
	reader, writer, company string
	connector               *odoo.Connector
}

func newConnectors(o Options) *connectors {
	return &connectors{options: o, odoo: map[domain.SystemID]odooEntry{}}
}

// source returns who reads the system, and what is to be called when they are no longer needed.
func (c *connectors) source(system domain.SourceSystem) (reconcile.Source, func(), error) {
	if c.options.Source != nil {
		return c.options.Source(system), func() {}, nil
	}
	switch system.Kind {
	case domain.SystemOdoo:
		connector, err := c.odooOf(system)
		return connector, func() {}, err
	case domain.SystemSQL:
		return c.database(system)
	case domain.SystemREST:
		return c.web(system)
	case domain.SystemFile:
		source, err := file.New(file.Options{System: system})
		if err != nil {
			return nil, nil, err
		}
		return source, func() {}, nil
	default:
		return nil, nil, domain.Invalid(domain.CodeConfigInvalid, "there is no connector of kind %q", system.Kind)
	}
}

func (c *connectors) database(system domain.SourceSystem) (reconcile.Source, func(), error) {
	dsn, err := c.secret(system, settingDSN)
	if err != nil {
		return nil, nil, err
	}
	source, err := sql.New(sql.Options{System: system, DSN: dsn})
	if err != nil {
		return nil, nil, err
	}
	return source, func() { _ = source.Close() }, nil
}

func (c *connectors) web(system domain.SourceSystem) (reconcile.Source, func(), error) {
	token := ""
	if rest.NeedsToken(system) {
		var err error
		if token, err = c.secret(system, settingToken); err != nil {
			return nil, nil, err
		}
	}
	source, err := rest.New(rest.Options{System: system, Token: token, Version: c.options.Version, Log: c.options.Log})
	if err != nil {
		return nil, nil, err
	}
	return source, source.Close, nil
}

// target returns who writes to the system; CodeSystemReadOnly for one that is not written.
func (c *connectors) target(system domain.SourceSystem) (reconcile.Target, error) {
	if system.Kind != domain.SystemOdoo || !system.Writable {
		return nil, domain.Forbidden(domain.CodeSystemReadOnly, "%s is not written by Crosswalk", system.Name)
	}
	return c.odooOf(system)
}

// odooOf returns the system's connector, made anew when the system or one of its keys has changed.
func (c *connectors) odooOf(system domain.SourceSystem) (*odoo.Connector, error) {
	reader, err := c.secret(system, settingReaderKey)
	if err != nil {
		return nil, err
	}
	writer := ""
	if system.Writable {
		if writer, err = c.secret(system, settingWriterKey); err != nil {
			return nil, err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	known := c.odoo[system.ID]
	if known.connector != nil && known.version == system.Version && known.company == system.Settings[settingCompany] && known.reader == reader && known.writer == writer {
		return known.connector, nil
	}
	made, err := odoo.New(odoo.Options{
		System: system, ReaderKey: reader, WriterKey: writer, HTTP: c.options.Odoo, Version: c.options.Version, Log: c.options.Log,
	})
	if err != nil {
		return nil, err
	}
	c.odoo[system.ID] = odooEntry{version: system.Version, reader: reader, writer: writer, company: system.Settings[settingCompany], connector: made}
	return made, nil
}

// secret resolves one of a system's references. A key that is not there is like one that is refused: a person must act.
func (c *connectors) secret(system domain.SourceSystem, setting string) (string, error) {
	secret, err := c.options.Secret(system.Settings[setting])
	if err != nil {
		return "", domain.Forbidden(domain.CodeSystemDenied, "%s of %s cannot be used: %v", setting, system.Name, err)
	}
	return secret, nil
}

// targetOf finds who writes to a system by its ID.
func (a *App) targetOf(ctx context.Context, id domain.SystemID) (reconcile.Target, error) {
	system, err := a.Store.Read().Systems.ByID(ctx, id)
	if err != nil {
		return nil, err
	}
	if system, err = a.bound(ctx, system); err != nil {
		return nil, err
	}
	target, err := a.connectors.target(system)
	if err != nil {
		return nil, err
	}
	lists, err := catalog.ListsFor(ctx, a.Store.Read())
	return codedTarget{target: target, definitions: a.Desk.Definitions, system: id, lists: lists}, err
}

// bound returns the system with the company that the plants bound to it name, where its own settings name none.
func (a *App) bound(ctx context.Context, system domain.SourceSystem) (domain.SourceSystem, error) {
	plants, err := a.Store.Read().Plants.List(ctx)
	return boundTo(system, plants), err
}

func boundTo(system domain.SourceSystem, plants []domain.Plant) domain.SourceSystem {
	if system.Kind != domain.SystemOdoo || system.Settings[settingCompany] != "" || system.Settings[settingCompanyCode] != "" {
		return system
	}
	if company := domain.PlaceOf(system, plants).Company; company != "" {
		settings := map[string]string{settingCompany: string(company)}
		for name, value := range system.Settings {
			settings[name] = cmp.Or(settings[name], value)
		}
		system.Settings = settings
	}
	return system
}

// codedTarget writes in the system's own words; the definition is that of the delivery's domain.
type codedTarget struct {
	target      reconcile.Target
	definitions steward.Definitions
	system      domain.SystemID
	lists       []domain.CodeList
}

// Apply makes the delivery.
func (c codedTarget) Apply(ctx context.Context, delivery domain.Delivery) (reconcile.Receipt, error) {
	definition, err := c.definitions.Definition(delivery.Order.Domain)
	if err != nil {
		return reconcile.Receipt{}, err
	}
	return reconcile.CodedTarget{Target: c.target, Definition: definition, System: c.system, Lists: c.lists}.Apply(ctx, delivery)
}

// Check tries the connection to a system; CodeSystemUnknown, CodeAccessDenied. A connection that cannot even be prepared is a
// step that failed.
func (a *App) Check(ctx context.Context, by domain.Actor, id domain.SystemID) ([]reconcile.CheckStep, error) {
	system, err := a.Catalog.System(ctx, by, id)
	if err != nil {
		return nil, err
	}
	if err := by.Require(domain.ActionOperate, domain.Scope{Plant: system.Plant, System: system.ID}); err != nil {
		return nil, err
	}
	if system, err = a.bound(ctx, system); err != nil {
		return nil, err
	}
	source, release, err := a.connectors.source(system)
	if err != nil {
		return []reconcile.CheckStep{{Name: "settings", Hint: err.Error()}}, nil
	}
	defer release()
	return source.Check(ctx), nil
}

// InstallGuard puts the write guard into an Odoo with an administrator's key, which is used this once and kept nowhere.
func (a *App) InstallGuard(ctx context.Context, id domain.SystemID, adminKeyRef, writerGroup string) error {
	system, err := a.Store.Read().Systems.ByID(ctx, id)
	if err != nil {
		return err
	}
	if system.Kind != domain.SystemOdoo {
		return domain.Invalid(domain.CodeConfigInvalid, "%s is no Odoo", system.Name)
	}
	key, err := a.connectors.options.Secret(adminKeyRef)
	if err != nil {
		return err
	}
	return odoo.InstallGuard(ctx, odoo.GuardOptions{
		System: system, AdminKey: key, WriterGroup: writerGroup, HTTP: a.connectors.options.Odoo, Version: a.connectors.options.Version, Log: a.log,
	})
}
