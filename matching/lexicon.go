package matching

import (
	"maps"
	"slices"
	"strings"
)

// Lexicon knows by which concepts a word is meant, in whatever language or abbreviation it is written. It is a value: With
// returns a larger one, so that terms learnt from confirmed matches and approved by a person take effect as a new version.
type Lexicon struct {
	terms map[string][]string
	// grown are terms that were added later, by their form without digraphs: that is how words are learnt.
	grown map[string][]string
}

// Term says that a word means the given concepts: "sechskantschraube" means hex and screw.
type Term struct {
	Word     string
	Concepts []string
}

// NewLexicon returns a lexicon of the given terms.
func NewLexicon(terms []Term) *Lexicon { return (&Lexicon{}).With(terms) }

// With returns a lexicon that knows the given terms as well; a word given again means what is given last.
func (l *Lexicon) With(terms []Term) *Lexicon {
	grown := &Lexicon{terms: maps.Clone(l.terms), grown: maps.Clone(l.grown)}
	if grown.terms == nil {
		grown.terms = map[string][]string{}
	} else if grown.grown == nil {
		grown.grown = map[string][]string{}
	}
	for _, term := range terms {
		var concepts []string
		for _, concept := range term.Concepts {
			concepts = append(concepts, "#"+strings.TrimPrefix(Fold(concept), "#"))
		}
		if word := Fold(term.Word); word != "" && len(concepts) > 0 {
			grown.terms[word] = concepts
			if grown.grown != nil {
				grown.grown[undigraph(word)] = concepts
			}
		}
	}
	return grown
}

// Concepts returns what a folded word means, nil where the lexicon does not know it.
func (l *Lexicon) Concepts(word string) []string {
	if concepts := l.terms[word]; concepts != nil || l.grown == nil {
		return concepts
	}
	return l.grown[undigraph(word)]
}

// Words lists every known word in order.
func (l *Lexicon) Words() []string { return slices.Sorted(maps.Keys(l.terms)) }

// DefaultLexicon is the built-in lexicon of parts in English, German, French and Spanish.
func DefaultLexicon() *Lexicon {
	var terms []Term
	for _, line := range strings.Split(strings.TrimSpace(builtInTerms), "\n") {
		concepts, words, _ := strings.Cut(line, ":")
		for _, word := range strings.Fields(words) {
			terms = append(terms, Term{Word: word, Concepts: strings.Fields(concepts)})
		}
	}
	return NewLexicon(terms)
}

// builtInTerms has one line per meaning: concepts, a colon, the words of English, German, French and Spanish and their
// abbreviations as material masters write them, folded.
const builtInTerms = `
screw: screw screws scr schraube schrauben schr vis tornillo tornillos
bolt: bolt bolts blt bolzen boulon perno
nut: nut nuts mutter muttern mutt ecrou tuerca tuercas
washer: washer washers wshr scheibe scheiben unterlegscheibe schb rondelle arandela arandelas
hex: hex hexagon hexagonal hexhead skt sechskant sechsk hexagonale hexagonale
hex screw: sechskantschraube skt-schraube
hex nut: sechskantmutter
socket: socket sckt innensechskant isk inbus
socket screw: zylinderschraube zylschr inbusschraube shcs
countersunk: countersunk csk senkkopf senk avellanado
countersunk screw: senkschraube
set screw: gewindestift setscrew madenschraube grubscrew
threaded rod: gewindestange
bearing: bearing bearings brg lager kugellager roulement rodamiento rodamientos
ball: ball kugel bille bola
gasket: gasket gaskets gskt dichtung flachdichtung joint junta
seal: seal seals oelseal wellendichtring simmerring wdr reten
oring: oring o-ring oringe torique torica
valve: valve valves vlv ventil ventile vanne valvula
ball valve: kugelhahn
gate: gate schieber
pipe: pipe pipes rohr rohre tuyau tuberia
tube: tube tubes tubing schlauch tubo
elbow: elbow elb bogen rohrbogen coude codo
flange: flange flanges flg flansch flansche bride brida
pump: pump pumps pumpe pompe bomba
motor: motor motors mot moteur
gear: gear gears zahnrad engrenage engranaje
gearbox: gearbox getriebe reducteur reductor
belt: belt belts riemen keilriemen courroie correa
chain: chain chains kette chaine cadena
shaft: shaft shafts welle arbre eje
spring: spring springs feder ressort resorte muelle
pin: pin pins stift goupille pasador
ring: ring ringe anneau anillo
circlip: circlip snapring sicherungsring seegerring circlips
key: parallelkey passfeder clavette chaveta
cable: cable cables kabel leitung
relay: relay relays relais rele
switch: schalter interrupteur interruptor
sensor: sensor sensors fuehler capteur
filter: filter filters filtre filtro
fuse: fuse fuses sicherung fusible
contactor: contactor schuetz contacteur
cylinder: cylinder cyl zylinder verin cilindro
plate: plate plates platte blech tole chapa
sheet: sheetmetal
steel: steel stl stahl acier acero
stainless: stainless ss edelstahl rostfrei inox inoxidable
zinc: zinc galvanized verzinkt vz galv zingue galvanizado
brass: brass messing laiton laton
copper: copper kupfer cuivre cobre
plastic: plastic kunststoff plastique plastico
rubber: rubber gummi caoutchouc caucho
black: black schwarz noir negro
white: white weiss blanc blanco
left: left links gauche izquierda
right: rechts droite derecha
`
