package intake

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// places know which system a row of an upload is of: the declared one, or that of the plant it names.
type places struct {
	imported domain.Import
	// declared is nil for an upload of no one system.
	declared *domain.SourceSystem
	systems  []domain.SourceSystem
	plants   map[domain.PlantID]domain.Plant
	named    map[string]domain.PlantID
	now      domain.Instant
}

func (n *Intake) placesOf(ctx context.Context, imported domain.Import) (*places, error) {
	reads := n.Store.Read()
	p := &places{imported: imported, plants: map[domain.PlantID]domain.Plant{}, named: map[string]domain.PlantID{}}
	plants, err := reads.Plants.List(ctx)
	if err != nil {
		return nil, err
	}
	for _, plant := range plants {
		p.plants[plant.ID] = plant
		p.named[folded(plant.Name)] = plant.ID
	}
	for _, plant := range plants { // a plant's code counts more than another's name
		p.named[folded(string(plant.ID))] = plant.ID
	}
	if p.systems, err = reads.Systems.List(ctx); err != nil {
		return nil, err
	}
	if p.now, err = n.Store.Now(ctx); err != nil {
		return nil, err
	}
	if imported.System == "" {
		return p, nil
	}
	at := slices.IndexFunc(p.systems, func(s domain.SourceSystem) bool { return s.ID == imported.System })
	if at < 0 {
		return nil, domain.NotFound(domain.CodeSystemUnknown, "there is no system %s", string(imported.System))
	}
	p.declared = &p.systems[at]
	return p, nil
}

// folded is a name as people compare names.
func folded(name string) string { return strings.ToLower(strings.Join(strings.Fields(name), " ")) }

// own returns the plants that an upload may name.
func (p *places) own() []domain.Plant {
	var plants []domain.Plant
	for _, plant := range p.plants {
		if p.mayName(plant.ID) {
			plants = append(plants, plant)
		}
	}
	slices.SortFunc(plants, func(a, b domain.Plant) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return plants
}

// mayName says whether the uploader may propose for a plant.
func (p *places) mayName(plant domain.PlantID) bool {
	return p.imported.Plants.All || slices.Contains(p.imported.Plants.Plants, plant)
}

// of finds the system and plant of an entry, or says in a sentence why there is none. Of a plant that is not the uploader's it
// says what it says of one that there is not.
func (p *places) of(entry domain.ImportEntry) (domain.SourceSystem, domain.PlantID, string) {
	plant, said := entry.Plant, string(entry.Plant)
	if text := strings.TrimSpace(entry.Text(domain.FieldPlant)); text != "" {
		plant, said = p.named[folded(text)], text
	}
	_, there := p.plants[plant]
	switch {
	case said != "" && (!there || !p.mayName(plant)):
		return domain.SourceSystem{}, "", fmt.Sprintf("there is no plant %q whose codes you may propose", said)
	case p.declared != nil:
		return p.within(*p.declared, plant, said)
	case said == "":
		return domain.SourceSystem{}, "", "the row does not say of which plant its code is"
	}
	return p.only(plant)
}

// within is for a file that was declared to be of one system: a row may name its plant, or one of those that it serves.
func (p *places) within(declared domain.SourceSystem, plant domain.PlantID, said string) (domain.SourceSystem, domain.PlantID, string) {
	switch {
	case said == "":
		return declared, declared.Plant, ""
	case declared.Plant == "" || declared.Plant == plant:
		return declared, plant, ""
	default:
		return domain.SourceSystem{}, "", fmt.Sprintf("the row is of the plant %s, but the file was declared to be of %s", string(plant), string(declared.ID))
	}
}

// only finds the one system of a plant that has the domain.
func (p *places) only(plant domain.PlantID) (domain.SourceSystem, domain.PlantID, string) {
	var all, streaming []domain.SourceSystem
	for _, system := range p.systems {
		if system.Plant != plant {
			continue
		}
		all = append(all, system)
		if _, streams := system.Stream(p.imported.Domain); streams {
			streaming = append(streaming, system)
		}
	}
	if len(streaming) == 0 {
		streaming = all
	}
	switch len(streaming) {
	case 1:
		return streaming[0], plant, ""
	case 0:
		return domain.SourceSystem{}, "", fmt.Sprintf("the plant %s has no system whose codes these could be", string(plant))
	default:
		return domain.SourceSystem{}, "", fmt.Sprintf("the plant %s has several systems; upload its codes for one of them", string(plant))
	}
}

// today is the day at a plant.
func (p *places) today(plant domain.PlantID) domain.Date {
	zone, err := time.LoadLocation(p.plants[plant].TimeZone)
	if err != nil {
		return domain.DateOf(p.now)
	}
	return domain.Date(p.now.Time().In(zone).Format(time.DateOnly))
}
