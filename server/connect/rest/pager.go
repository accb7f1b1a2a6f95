package rest

import (
	"fmt"
	"net/url"
	"strconv"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// defaultMaxPages ends a reading that goes on and on.
const defaultMaxPages = 10_000

// pager knows which page is to be asked for and what proves that it was the last.
type pager struct {
	request domain.StreamRequest
	list    *url.URL // what is asked for, without its parameters
	pages   int      // taken
	read    int      // records of them
	last    int      // records of the last one
	total   int
	cursor  string
	cursors map[string]bool // seen
	// ended says that an answer marked the end.
	ended bool
	// confirming says that the total was reached on the first page, and that another is asked for to see that it is empty: a
	// total that only counts the page would look the same.
	confirming bool
	// why says what speaks against having seen everything; "" is nothing.
	why string
}

func newPager(request domain.StreamRequest, list *url.URL) *pager {
	if request.Paging.MaxPages == 0 {
		request.Paging.MaxPages = defaultMaxPages
	}
	return &pager{request: request, list: list, cursors: map[string]bool{}}
}

// query returns the parameters of the next request.
func (p *pager) query() url.Values {
	if p.request.Paging.Kind == domain.PagingLink && p.cursor != "" {
		query, _ := url.ParseQuery(p.cursor) // it was parsed when it was taken
		return query
	}
	query := url.Values{}
	for name, value := range p.request.Parameters {
		query.Set(name, value)
	}
	paging := p.request.Paging
	if paging.SizeParameter != "" {
		query.Set(paging.SizeParameter, strconv.Itoa(paging.Size))
	}
	switch paging.Kind {
	case domain.PagingOffset:
		query.Set(paging.Parameter, strconv.Itoa(p.read))
	case domain.PagingPage:
		query.Set(paging.Parameter, strconv.Itoa(paging.First+p.pages))
	case domain.PagingCursor:
		if p.cursor != "" {
			query.Set(paging.Parameter, p.cursor)
		}
	case domain.PagingNone, domain.PagingLink:
	}
	return query
}

// doubt keeps the first thing that speaks against completeness.
func (p *pager) doubt(format string, args ...any) {
	if p.why == "" {
		p.why = fmt.Sprintf(format, args...)
	}
}

// take counts a page of so many records, repeated of which the page before had too, and says whether the reading is over. A
// page that is wholly the one before is CodeSystemAnswer: the system does not page as configured.
func (p *pager) take(page answer, records, repeated int) (over bool, err error) {
	same := records > 0 && repeated == records && records == p.last
	switch {
	case same && p.confirming:
		p.doubt("the system says there are %d records, but answers the request for those after them with the same ones", p.total)
		return true, nil
	case same:
		return true, domain.Invalid(domain.CodeSystemAnswer, "page %d is the page before once more: the system does not take %s as configured", p.pages+1, p.turns())
	case repeated > 0:
		p.doubt("%d records of page %d stood on the page before as well: something changed while it was read", repeated, p.pages+1)
	}
	p.pages++
	p.read += records
	p.last = records
	if over, err = p.look(page); over || err != nil {
		return over, err
	}
	if p.pages >= p.request.Paging.MaxPages {
		p.doubt("the reading was ended after %d pages, as configured", p.pages)
		return true, nil
	}
	return false, nil
}

// turns names what turns the pages.
func (p *pager) turns() string {
	if p.request.Paging.Kind == domain.PagingLink {
		return "its own link"
	}
	return fmt.Sprintf("the parameter %q", p.request.Paging.Parameter)
}

// look reads off a page whether another one follows.
func (p *pager) look(page answer) (over bool, err error) {
	more := true
	if p.request.More != "" {
		if more, err = page.flag(p.request.More); err != nil {
			return true, err
		}
		p.ended = !more
	}
	reached, err := p.reached(page)
	if err != nil {
		return true, err
	}
	switch p.request.Paging.Kind {
	case domain.PagingCursor, domain.PagingLink:
		return p.follow(page)
	case domain.PagingOffset, domain.PagingPage:
	default:
		return true, nil
	}
	switch {
	case !more:
		return true, nil
	case p.last == 0:
		p.ended = p.request.More == ""
		return true, nil
	case reached && p.pages == 1 && p.request.More == "":
		p.confirming = true
		return false, nil
	}
	return reached, nil
}

// reached says whether as many records have come as the system says there are.
func (p *pager) reached(page answer) (bool, error) {
	if p.request.Total == "" {
		return false, nil
	}
	total, err := page.count(p.request.Total)
	if err != nil {
		return false, err
	}
	if p.pages > 1 && total != p.total {
		p.doubt("the system first said that there are %d records, then %d: something changed while it was read", p.total, total)
	}
	p.total = total
	return p.read >= total, nil
}

// follow takes the cursor of the next page. Where an answer has none although none ever had one, that may be a field with
// another name, and marks no end.
func (p *pager) follow(page answer) (over bool, err error) {
	next, found, err := page.cursor(p.request.Paging.Next)
	if err == nil && next != "" && p.request.Paging.Kind == domain.PagingLink {
		next, err = p.linked(next)
	}
	switch {
	case err != nil:
		return true, err
	case next == "":
		p.ended = p.ended || p.request.More == "" && (found || len(p.cursors) > 0 || p.last == 0)
		return true, nil
	case p.ended:
		return true, nil
	case p.cursors[next]:
		return true, domain.Invalid(domain.CodeSystemAnswer, "what leads on after page %d was given before: the pages of the system go round in a circle", p.pages)
	}
	p.cursors[next], p.cursor = true, next
	return false, nil
}

// linked returns the parameters of a link to the page that follows. It must lead to the same list: the secret goes nowhere else.
func (p *pager) linked(link string) (string, error) {
	target, err := p.list.Parse(link)
	if err == nil && target.Scheme == p.list.Scheme && target.Host == p.list.Host && target.Path == p.list.Path && target.User == nil {
		if query, err := url.ParseQuery(target.RawQuery); err == nil && len(query) > 0 {
			return query.Encode(), nil
		}
	}
	return "", domain.Invalid(domain.CodeSystemAnswer, "the link after page %d does not lead to a page of the list that is asked for", p.pages)
}

// absent takes it that the page after the last one is not there.
func (p *pager) absent() { p.ended = true }

// verdict says why the reading is not complete, "" when it is.
func (p *pager) verdict() string {
	switch {
	case p.why != "":
		return p.why
	case p.request.Total != "" && p.read != p.total:
		return fmt.Sprintf("the system says that there are %d records but gave %d", p.total, p.read)
	case p.request.More != "" && !p.ended:
		return "the system says that more records follow, but does not give them"
	case p.request.Total == "" && !p.ended:
		return "nothing in the system's answer shows that these are all records: it neither says how many there are nor marks the end"
	}
	return ""
}

// how says in plain words what shows that all records came, where verdict has nothing against it.
func (p *pager) how() string {
	if p.request.Total != "" {
		return fmt.Sprintf("The system says that there are %d records, and as many came", p.total)
	}
	return "The system marked the end of its list, and it was reached"
}
